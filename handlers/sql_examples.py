"""Questions that people ask of their films, as queries that run."""

EXAMPLES = {
    "Which films are there, and how far are they?": (
        "SELECT session, title, state, steps_done, steps_total FROM sessions "
        "ORDER BY started_at DESC"
    ),
    "What did each film cost, and where?": (
        "SELECT session, stage, model, made, reused, round(seconds, 1) AS seconds, bytes "
        "FROM spending ORDER BY session, seconds DESC"
    ),
    "What did language models read, write and cost?": (
        "SELECT session, stage, model, answers, tokens_in, tokens_out, money, currency "
        "FROM spending WHERE answers ORDER BY session, money DESC"
    ),
    "Which shots took longest to make?": (
        "SELECT session, shot, stage, round(seconds, 2) AS seconds FROM costs "
        "WHERE shot IS NOT NULL ORDER BY seconds DESC LIMIT 10"
    ),
    "Which words made which picture?": (
        "SELECT session, shot, take, seed, prompt FROM prompts WHERE kind = 'image' "
        "ORDER BY session, shot, take"
    ),
    "Where did I ask for the word storm?": (
        "SELECT session, shot, kind, prompt FROM prompts WHERE prompt LIKE '%storm%'"
    ),
    "Which takes were passed over?": (
        "SELECT session, shot, stage, take, seed FROM takes WHERE NOT chosen"
    ),
    "What went wrong, newest first?": (
        "SELECT recorded_at, session, kind, shot, error FROM failures ORDER BY recorded_at DESC"
    ),
    "Which files is the film made from?": (
        "SELECT l.session, p.value AS sha256, a.kind, a.shot "
        "FROM lineage l JOIN sessions s ON s.session = l.session AND s.film_sha256 = l.sha256, "
        "json_each(l.parents) p "
        "LEFT JOIN artifacts a ON a.session = l.session AND a.sha256 = p.value "
        "WHERE NOT l.withdrawn ORDER BY l.session, p.key"
    ),
    "What did rewinds take back?": (
        "SELECT session, position, type, shot FROM history WHERE withdrawn "
        "ORDER BY session, position"
    ),
    "What was taken over from earlier work instead of being made?": (
        "SELECT session, kind, shot, take, reused_from FROM lineage WHERE reused_from IS NOT NULL"
    ),
    "How many events of each type are there?": (
        "SELECT type, count(*) AS events FROM events GROUP BY type ORDER BY events DESC"
    ),
    "How much was made on each day?": (
        "SELECT date(recorded_at) AS day, count(*) AS made, round(sum(seconds), 1) AS seconds "
        "FROM costs WHERE NOT reused GROUP BY day ORDER BY day"
    ),
    "Which pictures were made more than once?": (
        "SELECT session, shot, take, count(*) AS times FROM lineage WHERE kind = 'image' "
        "GROUP BY session, shot, take HAVING times > 1"
    ),
}
