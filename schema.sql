-- reelog's log: the one definition of its tables, views and append-only triggers.
-- `events` is the truth and the one table outsiders may rely on. The read tables below it are
-- projections of effective history, written in the append's own transaction; they can be rebuilt.
-- A comment behind a column is its documentation: `reelog sql --schema` prints it.

PRAGMA application_id = 1919247724; -- 'reel'
PRAGMA user_version = 2;            -- the format; a program refuses a log with a higher one

-- The log's own identity: one row.
CREATE TABLE log (
    id          TEXT NOT NULL PRIMARY KEY, -- random; the chain begins with its SHA-256
    genesis     BLOB NOT NULL,             -- SHA-256 of id: the first event's previous_hash
    created_at  TEXT NOT NULL              -- UTC, ISO 8601
) STRICT;

-- Everything that ever happened: the truth, append-only and chained.
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

-- The number that shuts a late finisher out. Not history.
CREATE TABLE fence (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), -- always 1: there is one row
    epoch INTEGER NOT NULL                       -- raised at each claim, never lowered
) STRICT;
INSERT INTO fence (one, epoch) VALUES (1, 0);
-- Who works on what right now. Not history.
CREATE TABLE leases (
    command_id TEXT NOT NULL PRIMARY KEY,        -- the command that is worked on
    worker     TEXT NOT NULL,                    -- the worker holds a flock on locks/<worker>
    epoch      INTEGER NOT NULL,                 -- the fence of this claim
    heartbeat  INTEGER NOT NULL                  -- grows while the work advances
) STRICT;

-- Read tables from here on: effective history, rebuilt by `reelog audit --repair`.

-- One row for each film being made.
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
    seed             INTEGER NOT NULL,          -- what the takes' seeds are drawn from
    width            INTEGER NOT NULL,          -- pixels
    height           INTEGER NOT NULL,          -- pixels
    fps              INTEGER NOT NULL,          -- frames a second
    parent           TEXT,                      -- the session it was forked from
    forked_at        INTEGER,                   -- the parent's position
    started_at       TEXT NOT NULL,             -- UTC
    updated_at       TEXT NOT NULL,             -- UTC, of its last event
    completed_at     TEXT,                      -- UTC; NULL unless COMPLETE
    total_shots      INTEGER NOT NULL,          -- shots in the cut; as asked for until they are planned
    images_generated INTEGER NOT NULL,          -- shots whose wanted image is there
    videos_rendered  INTEGER NOT NULL,          -- shots whose wanted clip is there
    steps_done       INTEGER NOT NULL,          -- wanted commands with a result
    steps_total      INTEGER NOT NULL,          -- wanted commands that are known so far
    marks            TEXT NOT NULL,             -- the shots' marks in the order of the cut
    film_sha256      TEXT,                      -- the wanted film, when it is there
    work_s           REAL NOT NULL              -- seconds spent in stages by this session
) STRICT;
-- The scenes of each story.
CREATE TABLE scenes (
    session     TEXT NOT NULL,                  -- session id
    scene       INTEGER NOT NULL,               -- number from 1
    name        TEXT NOT NULL,                  -- what the scene is called
    location    TEXT NOT NULL,                  -- where it takes place, in words
    place       TEXT NOT NULL,                  -- key: the same place looks the same
    time_of_day TEXT NOT NULL,                  -- like dawn, noon, dusk, night
    mood        TEXT NOT NULL,                  -- how it feels
    action      TEXT NOT NULL,                  -- what happens in it
    PRIMARY KEY (session, scene)
) STRICT, WITHOUT ROWID;
-- The shots of each cut, as they are wanted now.
CREATE TABLE shots (
    session        TEXT NOT NULL,               -- session id
    shot           INTEGER NOT NULL,            -- stable number, never reused
    shot_index     INTEGER NOT NULL,            -- place in the cut, from 1
    scene          INTEGER NOT NULL,            -- number of its scene
    mark           TEXT NOT NULL,               -- [TODO] [IMG] [DONE] [SKIP] [FAIL]
    role           TEXT NOT NULL,               -- what the shot is for, like establish or show
    image_prompt   TEXT NOT NULL,               -- what the image stage is given; enhanced, where it is
    motion_prompt  TEXT NOT NULL,               -- what the video stage is given; enhanced, where it is
    negative_prompt TEXT NOT NULL,              -- what must not be seen
    camera         TEXT NOT NULL,               -- camera move
    shot_size      TEXT NOT NULL,               -- like wide or close-up
    angle          TEXT NOT NULL,               -- like eye level or aerial
    lighting       TEXT NOT NULL,               -- the light, in words
    narration      TEXT NOT NULL,               -- the spoken line; empty when it is silent
    transition     TEXT NOT NULL,               -- how it leads to the next shot
    planned_frames INTEGER NOT NULL,            -- length before the narration was spoken
    frames         INTEGER,                     -- of the wanted clip; NULL until narration is there
    image_sha256   TEXT,                        -- wanted image, when it is there
    video_sha256   TEXT,                        -- wanted clip, when it is there
    audio_sha256   TEXT,                        -- wanted narration, when it is there
    PRIMARY KEY (session, shot)
) STRICT, WITHOUT ROWID;
-- Every attempt at a shot that is wanted, the chosen one marked.
CREATE TABLE takes (
    session    TEXT NOT NULL,                   -- session id
    shot       INTEGER NOT NULL,                -- number of the shot
    stage      TEXT NOT NULL,                   -- image, video or audio
    take       INTEGER NOT NULL,                -- number from 1
    seed       INTEGER NOT NULL,                -- its own seed
    chosen     INTEGER NOT NULL,                -- 1 for the take in the cut
    because    TEXT NOT NULL,                   -- why it was chosen, in the user's words
    command_id TEXT,                            -- NULL while its inputs are not there
    sha256     TEXT,                            -- NULL until rendered; of a preview, where it is one
    PRIMARY KEY (session, shot, stage, take)
) STRICT, WITHOUT ROWID;
-- Every picture, clip, line and film that a session has.
CREATE TABLE artifacts (
    session     TEXT NOT NULL,                  -- session id
    command_id  TEXT NOT NULL,                  -- the command that made it
    position    INTEGER NOT NULL,               -- of its event in the session
    kind        TEXT NOT NULL,                  -- image, video, audio, music, film or preview
    shot        INTEGER,                        -- number of the shot; NULL for music and film
    take        INTEGER,                        -- number of the take; NULL for music and film
    sha256      TEXT NOT NULL,                  -- of the file: artifacts/ab/abcd….ext
    raw_sha256  TEXT NOT NULL,                  -- of the pixels or samples
    bytes       INTEGER NOT NULL,               -- size of the file
    media_type  TEXT NOT NULL,                  -- like image/png
    width       INTEGER,                        -- pixels
    height      INTEGER,                        -- pixels
    frames      INTEGER,                        -- of a clip or film
    duration_s  REAL,                           -- of a clip, line or film
    backend     TEXT NOT NULL,                  -- who made it
    model       TEXT NOT NULL,                  -- with which model
    revision    TEXT NOT NULL,                  -- of the model
    seed        INTEGER,                        -- it was made from
    seconds     REAL NOT NULL,                  -- spent making it; 0 when reused
    reused_from TEXT,                           -- event id of the first making
    PRIMARY KEY (session, command_id)
) STRICT, WITHOUT ROWID;
-- Every piece of work that is wanted now and whose inputs are known.
CREATE TABLE commands (
    session    TEXT NOT NULL,                   -- session id
    command_id TEXT NOT NULL,                   -- SHA-256 of all its inputs
    kind       TEXT NOT NULL,                   -- story, scene_graph, shots, enhance, image, audio, video, music, film
    shot       INTEGER,                         -- number of the shot, where there is one
    take       INTEGER,                         -- number of the take, where there is one
    state      TEXT NOT NULL,                   -- pending, started, done or parked
    starts     INTEGER NOT NULL,                -- attempts since the last retry
    failures   INTEGER NOT NULL,                -- failed attempts since the last retry
    last_error TEXT NOT NULL,                   -- of its last failed attempt or death, else empty
    PRIMARY KEY (session, command_id)
) STRICT, WITHOUT ROWID;
-- What rewinds took back.
CREATE TABLE withdrawn (
    session  TEXT NOT NULL,                     -- session id
    position INTEGER NOT NULL,                  -- a film event that a rewind took back
    PRIMARY KEY (session, position)
) STRICT, WITHOUT ROWID;

-- Everything that ever happened, withdrawn events included.
CREATE VIEW history AS
SELECT e.global_position,                       -- place in the whole log
       e.stream AS session,                     -- session id
       e.position,                              -- place in the session
       e.recorded_at,                           -- UTC
       e.type,                                  -- event type
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot, -- number of the shot, where there is one
       e.data ->> '$.command_id' AS command_id, -- the command it belongs to, where there is one
       coalesce(c.type || ' ' || c.position, e.causation_id) AS caused_by, -- event or request
       w.position IS NOT NULL AS withdrawn,     -- 1 when a rewind took it back
       e.event_id,                              -- random UUID
       e.data                                   -- JSON
FROM events e
LEFT JOIN events c ON c.event_id = e.causation_id
LEFT JOIN withdrawn w ON w.session = e.stream AND w.position = e.position;

-- Seconds, bytes, tokens and money of everything made, withdrawn work included: money spent is
-- spent. Each answer of a language model is a row of its own, whatever came of it.
CREATE VIEW costs AS
SELECT e.stream AS session,                     -- session id
       e.position,                              -- of the event in the session
       e.type,                                  -- event type
       CASE e.type WHEN 'StoryGenerated' THEN 'story' WHEN 'SceneGraphBuilt' THEN 'scene_graph'
           WHEN 'ShotPlanned' THEN 'shots' WHEN 'PromptEnhanced' THEN 'enhance'
           WHEN 'ImageRendered' THEN 'image'
           WHEN 'VideoRendered' THEN 'video' WHEN 'AudioTrackSaved' THEN 'audio'
           WHEN 'MusicSaved' THEN 'music' WHEN 'FilmAssembled' THEN 'film'
           WHEN 'AnswerReceived' THEN e.data ->> '$.kind' ELSE e.type
       END AS stage,                            -- story, scene_graph, shots, enhance, image, audio, video, music, film
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot, -- number of the shot, where there is one
       coalesce(e.data ->> '$.provenance.backend', e.data ->> '$.backend') AS backend, -- who made it
       coalesce(e.data ->> '$.provenance.model', e.data ->> '$.model') AS model, -- with which model
       coalesce(e.data ->> '$.provenance.seconds', 0.0) AS seconds, -- spent making it; an answer's are in its result's
       coalesce(e.data ->> '$.artifact.bytes', 0) AS bytes, -- size of its file
       iif(e.type = 'AnswerReceived', e.data ->> '$.tokens_in', 0) AS tokens_in, -- read by a language model
       iif(e.type = 'AnswerReceived', e.data ->> '$.tokens_out', 0) AS tokens_out, -- written by it
       iif(e.type = 'AnswerReceived', coalesce(e.data ->> '$.money', 0.0), 0.0) AS money, -- by the profile's prices
       iif(e.type = 'AnswerReceived', coalesce(e.data ->> '$.currency', ''), '') AS currency, -- of the money
       e.data ->> '$.provenance.reused_from' IS NOT NULL AS reused, -- 1 when it was made before
       w.position IS NOT NULL AS withdrawn,     -- 1 when a rewind took it back
       e.recorded_at                            -- UTC
FROM events e
LEFT JOIN withdrawn w ON w.session = e.stream AND w.position = e.position
WHERE e.data ->> '$.provenance.backend' IS NOT NULL OR e.type = 'AnswerReceived';

-- The costs summed up: by session, stage, backend and model. What was reused cost nothing.
CREATE VIEW spending AS
SELECT session,                                 -- session id
       stage,                                   -- story, scene_graph, shots, enhance, image, audio, video, music, film
       backend,                                 -- who made it
       model,                                   -- with which model
       sum(NOT reused AND type != 'AnswerReceived') AS made, -- how many were made
       sum(reused) AS reused,                   -- how many were taken over from earlier work
       sum(withdrawn) AS withdrawn,             -- how many of both a rewind took back
       sum(stage = 'image' AND NOT reused) AS images, -- pictures made
       sum(stage = 'video' AND NOT reused) AS videos, -- clips made
       sum(seconds) AS seconds,                 -- spent in all
       sum(iif(reused, 0, bytes)) AS bytes,     -- of the files made
       sum(type = 'AnswerReceived') AS answers, -- of language models, those that led to nothing too
       sum(tokens_in) AS tokens_in,             -- read by language models
       sum(tokens_out) AS tokens_out,           -- written by them
       round(sum(money), 8) AS money,           -- what that cost, by the profile's prices
       max(currency) AS currency                -- of the money
FROM costs
GROUP BY session, stage, backend, model;

-- What went wrong, and when.
CREATE VIEW failures AS
SELECT e.stream AS session,                     -- session id
       e.position,                              -- of the event in the session
       e.recorded_at,                           -- UTC
       e.type,                                  -- event type
       e.data ->> '$.kind' AS kind,             -- kind of the command
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot, -- number of the shot, where there is one
       e.data ->> '$.command_id' AS command_id, -- the command that failed
       coalesce(e.data ->> '$.error', e.data ->> '$.reason') AS error -- in words
FROM events e
WHERE e.type IN ('CommandFailed', 'CommandInterrupted', 'WorkerDied', 'LateResultRejected',
    'ArtifactLost');

-- Every prompt that was used: one row for each picture, clip and line that was made, with the words
-- that were in force then. It walks back from the making, over rewinds and into a fork's parents.
CREATE VIEW prompts AS
WITH RECURSIVE
made AS MATERIALIZED (
    SELECT e.stream, e.position, e.event_id, e.recorded_at,
           CASE e.type WHEN 'ImageRendered' THEN 'image' WHEN 'VideoRendered' THEN 'video'
               ELSE 'audio' END AS kind,
           CAST(e.data ->> '$.shot' AS INTEGER) AS shot,
           CAST(e.data ->> '$.take' AS INTEGER) AS take,
           CAST(e.data ->> '$.provenance.seed' AS INTEGER) AS seed,
           w.position IS NOT NULL AS withdrawn, e.data ->> '$.enhanced_by' AS enhanced_by
    FROM events e
    LEFT JOIN withdrawn w ON w.session = e.stream AND w.position = e.position
    WHERE e.type IN ('ImageRendered', 'VideoRendered', 'AudioTrackSaved')
),
jumps AS MATERIALIZED (
    SELECT stream, position, stream AS lands_in, CAST(data ->> '$.to' AS INTEGER) AS lands_at
    FROM events WHERE type = 'SessionRewound'
    UNION ALL
    SELECT stream, position, data ->> '$.parent', CAST(data ->> '$.at' AS INTEGER)
    FROM events WHERE type = 'SessionForked'
),
starts AS MATERIALIZED (
    SELECT stream, position AS until,
           (SELECT max(j.position) FROM jumps j
            WHERE j.stream = m.stream AND j.position < m.position) AS jump
    FROM made m
),
spans (stream, until, depth, span_stream, low, high) AS (
    SELECT stream, until, 0, stream, coalesce(jump, 0), until FROM starts
    UNION ALL
    SELECT s.stream, s.until, s.depth + 1, j.lands_in,
           coalesce((SELECT max(k.position) FROM jumps k
                     WHERE k.stream = j.lands_in AND k.position <= j.lands_at), 0),
           j.lands_at
    FROM spans s
    JOIN jumps j ON j.stream = s.span_stream AND j.position = s.low
    WHERE s.depth < 1000
),
written AS MATERIALIZED (
    SELECT stream, position, type, CAST(data ->> '$.shot' AS INTEGER) AS shot,
           coalesce(data ->> '$.plan.image_prompt', data ->> '$.image_prompt') AS image,
           coalesce(data ->> '$.plan.motion_prompt', data ->> '$.motion_prompt') AS video,
           coalesce(data ->> '$.plan.narration', data ->> '$.narration') AS audio
    FROM events
    WHERE type IN ('ShotPlanned', 'ShotAdded', 'ShotEdited')
        -- an enhancement of one stage is named by what was made with it, not found on the way back
        OR type = 'PromptEnhanced' AND data ->> '$.stage' IS NULL
),
in_force AS (
    SELECT m.event_id, s.depth, t.position, t.type,
           CASE m.kind WHEN 'image' THEN t.image WHEN 'video' THEN t.video ELSE t.audio END AS prompt,
           -- who rewrites one prompt by hand wants neither of them enhanced
           sum(t.type = 'ShotEdited' AND coalesce(t.image, t.video) IS NOT NULL) OVER (
               PARTITION BY m.event_id ORDER BY s.depth, t.position DESC) AS rewritten
    FROM made m
    JOIN spans s ON s.stream = m.stream AND s.until = m.position
    JOIN written t ON t.shot = m.shot AND t.stream = s.span_stream
        AND t.position > s.low AND t.position <= s.high
),
words AS (
    SELECT event_id, type || ' ' || position AS told, prompt,
           row_number() OVER (PARTITION BY event_id ORDER BY depth, position DESC) AS age
    FROM in_force
    WHERE prompt IS NOT NULL AND NOT (type = 'PromptEnhanced' AND rewritten)
)
SELECT m.stream AS session,                     -- session id
       m.shot,                                  -- number of the shot
       m.take,                                  -- number of the take
       m.kind,                                  -- image, video or audio
       coalesce(x.data ->> '$.image_prompt', x.data ->> '$.motion_prompt', t.prompt)
           AS prompt,                           -- the words that were used
       m.seed,                                  -- it was made from
       m.position,                              -- of the making in the session
       m.event_id AS event,                     -- id of the making
       t.told AS told_by,                       -- event that wrote the words, and its position
       m.withdrawn,                             -- 1 when a rewind took the making back
       m.recorded_at,                           -- UTC, of the making
       coalesce(x.data ->> '$.original', t.prompt) AS original, -- the words as they were written
       x.data ->> '$.family' AS enhanced_for    -- model family that they were rewritten for, or NULL
FROM made m
JOIN words t ON t.event_id = m.event_id AND t.age = 1
LEFT JOIN events x ON x.event_id = m.enhanced_by;

-- Where every file comes from: its event, its command, and the files it was made from.
CREATE VIEW lineage AS
WITH raw AS MATERIALIZED (
    SELECT session, sha256, max(raw_sha256) AS raw_sha256 FROM artifacts GROUP BY session, sha256
),
parts AS MATERIALIZED (
    SELECT session, shot, shot_index, 1 AS part, image_sha256, video_sha256 AS sha256 FROM shots
    UNION ALL
    SELECT session, shot, shot_index, 2, NULL, audio_sha256 FROM shots
    WHERE audio_sha256 IS NOT NULL
    UNION ALL
    SELECT a.session, NULL, 1e9, 3, NULL, a.sha256 FROM artifacts a
    JOIN commands c ON c.session = a.session AND c.command_id = a.command_id
    WHERE a.kind = 'music' AND c.kind = 'music'
),
files AS MATERIALIZED (
    SELECT stream, position, data ->> '$.artifact.sha256' AS sha256,
           data ->> '$.artifact.raw_sha256' AS raw_sha256
    FROM events WHERE data ->> '$.artifact.raw_sha256' IS NOT NULL
),
-- the session's own newest file of that content, or else anybody's
used AS MATERIALIZED (
    SELECT e.event_id, i.key AS nth, f.sha256,
           row_number() OVER (PARTITION BY e.event_id, i.key
               ORDER BY f.stream IS NOT e.stream, f.position DESC) AS choice
    FROM events e, json_each(e.data, '$.provenance.inputs') i
    LEFT JOIN files f ON f.raw_sha256 = i.value
    WHERE e.data ->> '$.provenance.inputs' IS NOT NULL
)
SELECT e.data ->> '$.artifact.sha256' AS sha256, -- of the file: artifacts/ab/abcd….ext
       CASE e.type WHEN 'ImageRendered' THEN 'image' WHEN 'VideoRendered' THEN 'video'
           WHEN 'AudioTrackSaved' THEN 'audio' WHEN 'MusicSaved' THEN 'music'
           WHEN 'FilmAssembled' THEN 'film' WHEN 'PreviewRendered' THEN 'preview'
           ELSE 'reference' END AS kind,        -- reference, image, video, preview, audio, music or film
       e.stream AS session,                     -- session id
       CAST(e.data ->> '$.shot' AS INTEGER) AS shot, -- number of the shot, where there is one
       CAST(e.data ->> '$.take' AS INTEGER) AS take, -- number of the take, where there is one
       e.position,                              -- of its event in the session
       e.event_id AS event,                     -- id of its event
       e.data ->> '$.command_id' AS command_id, -- the command that made it; NULL for a given picture
       e.data ->> '$.artifact.raw_sha256' AS raw_sha256, -- of its pixels or samples
       e.data ->> '$.provenance.backend' AS backend, -- who made it
       e.data ->> '$.provenance.model' AS model, -- with which model
       CAST(e.data ->> '$.provenance.seed' AS INTEGER) AS seed, -- it was made from
       CASE
           WHEN e.data ->> '$.provenance.inputs' IS NOT NULL THEN (
               SELECT json_group_array(u.sha256) FROM (
                   SELECT sha256 FROM used
                   WHERE event_id = e.event_id AND choice = 1 ORDER BY nth) u)
           WHEN e.type NOT IN ('VideoRendered', 'FilmAssembled') THEN '[]'
           WHEN c.command_id IS NULL THEN NULL
           WHEN e.type = 'VideoRendered' THEN json_array(i.image_sha256)
           ELSE (SELECT json_group_array(f.sha256) FROM (
               SELECT p.sha256 FROM parts p WHERE p.session = e.stream
               ORDER BY p.shot_index, p.part) f)
       END AS parents, -- JSON: SHA-256 of the files it was made from; NULL where that was not recorded
       CASE
           WHEN e.data ->> '$.provenance.inputs' IS NOT NULL THEN e.data -> '$.provenance.inputs'
           WHEN e.type NOT IN ('VideoRendered', 'FilmAssembled') THEN '[]'
           WHEN c.command_id IS NULL THEN NULL
           WHEN e.type = 'VideoRendered' THEN json_array(
               (SELECT r.raw_sha256 FROM raw r
                WHERE r.session = e.stream AND r.sha256 = i.image_sha256))
           ELSE (SELECT json_group_array(f.raw_sha256) FROM (
               SELECT r.raw_sha256 FROM parts p
               JOIN raw r ON r.session = p.session AND r.sha256 = p.sha256
               WHERE p.session = e.stream
               ORDER BY p.shot_index, p.part) f)
       END AS inputs,                           -- JSON: the raw hashes of its parents
       e.data ->> '$.provenance.reused_from' AS reused_from, -- event id of the first making
       w.position IS NOT NULL AS withdrawn      -- 1 when a rewind took it back
FROM events e
LEFT JOIN withdrawn w ON w.session = e.stream AND w.position = e.position
LEFT JOIN commands c ON c.session = e.stream AND c.command_id = e.data ->> '$.command_id'
LEFT JOIN shots i ON i.session = e.stream AND i.shot = e.data ->> '$.shot'
WHERE e.type IN (
    'ReferenceRendered', 'ReferenceGiven', 'ImageRendered', 'VideoRendered', 'PreviewRendered',
    'AudioTrackSaved', 'MusicSaved', 'FilmAssembled');
