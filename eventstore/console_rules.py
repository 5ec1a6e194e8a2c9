"""What a query of the SQL console may use: SQLite's limits, harmless functions. Plain values."""

SQLITE_LIMITS = {
    "LENGTH": 8 << 20,
    "SQL_LENGTH": 400_000,
    "COLUMN": 500,
    "EXPR_DEPTH": 200,
    "COMPOUND_SELECT": 50,
    "VDBE_OP": 100_000,
    "FUNCTION_ARG": 100,
    "ATTACHED": 0,
    "LIKE_PATTERN_LENGTH": 1000,
    "VARIABLE_NUMBER": 100,
    "TRIGGER_DEPTH": 1,
    "WORKER_THREADS": 0,
}
READABLE_MODULES = {"json_each", "json_tree"}
"""Table-valued functions that read nothing but their argument."""

FUNCTIONS = frozenset(
    """
    -> ->> abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling changes char coalesce
    concat concat_ws cos cosh count cume_dist current_date current_time current_timestamp
    date datetime degrees dense_rank exp first_value floor format glob group_concat hex if
    ifnull iif instr json json_array json_array_insert json_array_length json_error_position
    json_extract json_group_array json_group_object json_insert json_object json_patch
    json_pretty json_quote json_remove json_replace json_set json_type json_valid jsonb
    jsonb_array jsonb_array_insert jsonb_extract jsonb_group_array jsonb_group_object
    jsonb_insert jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set julianday lag
    last_value lead length like likelihood likely ln log log10 log2 lower ltrim max median
    min mod nth_value ntile nullif octet_length percent_rank percentile percentile_cont
    percentile_disc pi pow power printf quote radians random randomblob rank replace round
    row_number rtrim sign sin sinh soundex sqlite_version sqrt strftime string_agg substr
    substring subtype sum tan tanh time timediff total trim trunc typeof unhex unicode
    unistr unistr_quote unixepoch unlikely upper zeroblob
    """.split()  # noqa: SIM905 - a page of words
)
"""Functions of one query's own values. No load_extension, no full-text, no r-tree, no log."""
