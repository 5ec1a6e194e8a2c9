-- reelog's log: the one definition of its tables, views and append-only triggers.
-- `events` is the truth and the one table outsiders may rely on. The read tables below it are
-- projections of effective history, written in the append's own transaction; they can be rebuilt.
-- A comment behind a column is its documentation.

PRAGMA application_id = 1919247724; -- 'reel'
PRAGMA user_version = 1;            -- the format; a program refuses a log with a higher one

CREATE TABLE log (
    id          TEXT NOT NULL PRIMARY KEY, -- random; the chain begins with its SHA-256
    genesis     BLOB NOT NULL,             -- SHA-256 of id: the first event's previous_hash
    created_at  TEXT NOT NULL              -- UTC, ISO 8601
) STRICT;

CREATE TABLE events (
    global_position INTEGER NOT NULL PRIMARY KEY, -- place in the whole log, gapless from 1
    event_id        TEXT NOT NULL UNIQUE,         -- random UUID
    stream          TEXT NOT NULL,                -- session id
    position        INTEGER NOT NULL,             -- place in the session, gapless from 1
    append_end      INTEGER NOT NULL,             -- position of the last event of the same append
    type            TEXT NOT NULL,                -- event type, past tense
    version         INTEGER NOT NULL,             -- version of the event type
    data            TEXT NOT NULL,                -- JSON; a key that has its default value is left out
    causation_id    TEXT NOT NULL,                -- the event or request that caused it
    correlation_id  TEXT NOT NULL,                -- the run it belongs to
    recorded_at     TEXT NOT NULL,                -- UTC, ISO 8601 with milliseconds
    previous_hash   BLOB NOT NULL,                -- hash of the event before; log.genesis for the first
    content_hash    BLOB NOT NULL,                -- SHA-256 of the columns up to recorded_at, length-prefixed
    hash            BLOB NOT NULL,                -- SHA-256(previous_hash || content_hash)
    UNIQUE (stream, position)
) STRICT;

CREATE INDEX events_by_command ON events (data ->> '$.command_id')
    WHERE data ->> '$.command_id' IS NOT NULL;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are append-only: UPDATE refused');
END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'events are append-only: DELETE refused');
END;
-- INSERT OR REPLACE deletes past the triggers above, so an insert must be the next in the chain
-- and may collide with nothing.
CREATE TRIGGER events_only_grow BEFORE INSERT ON events
WHEN NEW.global_position IS NOT (SELECT coalesce(max(global_position), 0) + 1 FROM events)
  OR NEW.previous_hash IS NOT coalesce(
        (SELECT hash FROM events ORDER BY global_position DESC LIMIT 1), (SELECT genesis FROM log))
  OR NEW.position IS NOT (
        SELECT coalesce(max(position), 0) + 1 FROM events WHERE stream = NEW.stream)
  OR NEW.append_end < NEW.position
  OR EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: this insert is not the next event');
END;
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log BEGIN
    SELECT RAISE(ABORT, 'the log keeps its id: UPDATE refused');
END;
CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log BEGIN
    SELECT RAISE(ABORT, 'the log keeps its id: DELETE refused');
END;
CREATE TRIGGER log_has_one_row BEFORE INSERT ON log WHEN EXISTS (SELECT 1 FROM log) BEGIN
    SELECT RAISE(ABORT, 'the log keeps its id: INSERT refused');
END;

-- Who works on what right now. Not history.
CREATE TABLE fence (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL                       -- raised at each claim, never lowered
) STRICT;
INSERT INTO fence (one, epoch) VALUES (1, 0);
CREATE TABLE leases (
    command_id TEXT NOT NULL PRIMARY KEY,
    worker     TEXT NOT NULL,                    -- the worker holds a flock on locks/<worker>
    epoch      INTEGER NOT NULL,                 -- the fence of this claim
    heartbeat  INTEGER NOT NULL                  -- grows while the work advances
) STRICT;

-- Read tables: effective history.
CREATE TABLE sessions (
    session          TEXT NOT NULL PRIMARY KEY, -- session id
    version          INTEGER NOT NULL,          -- position of its last event
    title            TEXT NOT NULL,             -- empty until the story is written
    idea             TEXT NOT NULL,             -- what was asked for
    state            TEXT NOT NULL,             -- NEW, IN_PROGRESS or COMPLETE
    paused           INTEGER NOT NULL,          -- 1 while paused
    cancelled        INTEGER NOT NULL,          -- 1 once cancelled
    priority         INTEGER NOT NULL,          -- higher is worked on first
    language         TEXT NOT NULL,             -- BCP 47
    profile          TEXT NOT NULL,             -- profile name
    seed             INTEGER NOT NULL,
    width            INTEGER NOT NULL,          -- pixels
    height           INTEGER NOT NULL,          -- pixels
    fps              INTEGER NOT NULL,          -- frames a second
    parent           TEXT,                      -- the session it was forked from
    forked_at        INTEGER,                   -- the parent's position
    started_at       TEXT NOT NULL,             -- UTC
    updated_at       TEXT NOT NULL,             -- UTC, of its last event
    completed_at     TEXT,                      -- UTC; NULL unless COMPLETE
    total_shots      INTEGER NOT NULL,
    images_generated INTEGER NOT NULL,          -- shots whose wanted image is there
    videos_rendered  INTEGER NOT NULL,          -- shots whose wanted clip is there
    steps_done       INTEGER NOT NULL,          -- wanted commands with a result
    steps_total      INTEGER NOT NULL,          -- wanted commands that are known so far
    marks            TEXT NOT NULL,             -- the shots' marks in the order of the cut
    film_sha256      TEXT,                      -- the wanted film, when it is there
    work_s           REAL NOT NULL              -- seconds spent in stages by this session
) STRICT;
CREATE TABLE scenes (
    session     TEXT NOT NULL,
    scene       INTEGER NOT NULL,               -- number from 1
    name        TEXT NOT NULL,
    location    TEXT NOT NULL,
    place       TEXT NOT NULL,                  -- key: the same place looks the same
    time_of_day TEXT NOT NULL,
    mood        TEXT NOT NULL,
    action      TEXT NOT NULL,
    PRIMARY KEY (session, scene)
) STRICT, WITHOUT ROWID;
CREATE TABLE shots (
    session        TEXT NOT NULL,
    shot           INTEGER NOT NULL,            -- stable number, never reused
    shot_index     INTEGER NOT NULL,            -- place in the cut, from 1
    scene          INTEGER NOT NULL,
    mark           TEXT NOT NULL,               -- [TODO] [IMG] [DONE] [SKIP] [FAIL]
    role           TEXT NOT NULL,
    image_prompt   TEXT NOT NULL,
    motion_prompt  TEXT NOT NULL,
    negative_prompt TEXT NOT NULL,
    camera         TEXT NOT NULL,
    shot_size      TEXT NOT NULL,
    angle          TEXT NOT NULL,
    lighting       TEXT NOT NULL,
    narration      TEXT NOT NULL,
    transition     TEXT NOT NULL,               -- how it leads to the next shot
    planned_frames INTEGER NOT NULL,
    frames         INTEGER,                     -- of the wanted clip; NULL until narration is there
    image_sha256   TEXT,                        -- wanted image, when it is there
    video_sha256   TEXT,
    audio_sha256   TEXT,
    PRIMARY KEY (session, shot)
) STRICT, WITHOUT ROWID;
CREATE TABLE takes (
    session    TEXT NOT NULL,
    shot       INTEGER NOT NULL,
    stage      TEXT NOT NULL,                   -- image, video or audio
    take       INTEGER NOT NULL,                -- number from 1
    seed       INTEGER NOT NULL,
    chosen     INTEGER NOT NULL,                -- 1 for the take in the cut
    because    TEXT NOT NULL,                   -- why it was chosen, in the user's words
    command_id TEXT,                            -- NULL until work on pictures and sound has begun
    sha256     TEXT,                            -- NULL until rendered
    PRIMARY KEY (session, shot, stage, take)
) STRICT, WITHOUT ROWID;
CREATE TABLE artifacts (
    session     TEXT NOT NULL,
    command_id  TEXT NOT NULL,                  -- the command that made it
    position    INTEGER NOT NULL,               -- of its event in the session
    kind        TEXT NOT NULL,                  -- image, video, audio or film
    shot        INTEGER,
    take        INTEGER,
    sha256      TEXT NOT NULL,                  -- of the file: artifacts/ab/abcd….ext
    raw_sha256  TEXT NOT NULL,                  -- of the pixels or samples
    bytes       INTEGER NOT NULL,
    media_type  TEXT NOT NULL,
    width       INTEGER,
    height      INTEGER,
    frames      INTEGER,
    duration_s  REAL,
    backend     TEXT NOT NULL,
    model       TEXT NOT NULL,
    revision    TEXT NOT NULL,
    seed        INTEGER,
    seconds     REAL NOT NULL,                  -- spent making it; 0 when reused
    reused_from TEXT,                           -- event id of the first making
    PRIMARY KEY (session, command_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE commands ( -- what was begun or done and is wanted; what is pending is computed
    session    TEXT NOT NULL,
    command_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    shot       INTEGER,
    take       INTEGER,
    state      TEXT NOT NULL,                   -- started, pending again, done or parked
    starts     INTEGER NOT NULL,                -- attempts since the last retry
    failures   INTEGER NOT NULL,                -- failed attempts since the last retry
    last_error TEXT NOT NULL,
    PRIMARY KEY (session, command_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawn (
    session  TEXT NOT NULL,
    position INTEGER NOT NULL,                  -- a film event that a rewind took back
    PRIMARY KEY (session, position)
) STRICT, WITHOUT ROWID;

-- Everything that ever happened, withdrawn events included.
CREATE VIEW history AS
SELECT e.global_position,
       e.stream AS session,
       e.position,
       e.recorded_at,
       e.type,
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot,
       e.data ->> '$.command_id' AS command_id,
       coalesce(c.type || ' ' || c.position, e.causation_id) AS caused_by,
       w.position IS NOT NULL AS withdrawn,
       e.event_id,
       e.data
FROM events e
LEFT JOIN events c ON c.event_id = e.causation_id
LEFT JOIN withdrawn w ON w.session = e.stream AND w.position = e.position;

-- Seconds and bytes of everything made, withdrawn work included: money spent is spent.
CREATE VIEW costs AS
SELECT e.stream AS session,
       e.type,
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot,
       e.data ->> '$.provenance.backend' AS backend,
       e.data ->> '$.provenance.model' AS model,
       coalesce(e.data ->> '$.provenance.seconds', 0.0) AS seconds,
       coalesce(e.data ->> '$.artifact.bytes', 0) AS bytes,
       e.data ->> '$.provenance.reused_from' IS NOT NULL AS reused,
       w.position IS NOT NULL AS withdrawn,
       e.recorded_at
FROM events e
LEFT JOIN withdrawn w ON w.session = e.stream AND w.position = e.position
WHERE e.data ->> '$.provenance.backend' IS NOT NULL;

-- What went wrong, and when.
CREATE VIEW failures AS
SELECT e.stream AS session,
       e.position,
       e.recorded_at,
       e.type,
       e.data ->> '$.kind' AS kind,
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot,
       e.data ->> '$.command_id' AS command_id,
       coalesce(e.data ->> '$.error', e.data ->> '$.reason') AS error
FROM events e
WHERE e.type IN ('CommandFailed', 'CommandInterrupted', 'LateResultRejected', 'ArtifactLost');
