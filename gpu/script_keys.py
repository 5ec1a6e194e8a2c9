"""The keys of story.json and shots.json: those that are read, and derived ones that are not."""

STORY_KEYS = (
    *("title", "style", "logline", "description", "language", "end_card", "scenes", "shots"),
    *("characters", "places"),
)
REFERENCE_KEYS = ("name", "look", "image")
SCENE_KEYS = (
    *("scene", "scene_id", "name", "location", "place", "time_of_day", "mood", "emotion"),
    *("action", "characters", "narration", "shots"),
)
SHOT_KEYS = (
    *("index", "scene", "scene_id", "narration", "image_prompt", "motion_prompt"),
    *("negative_prompt", "camera", "shot_size", "angle", "lighting", "transition"),
    *("transition_to_next", "place", "role", "duration_s", "characters"),
    "verbatim",
)
_DERIVED = """
session_id idea timestamp started_at completed completed_at state profile fps width height size
aspect_ratio target_duration_s total_frames shot_count thesis master_script locations props
music_plan sources world_in world_out scene_duration stats steps version shot shot_id title
duration_frames planned_frames frames start start_frame start_s end_s held_frames narration_start_s
image_path video_path audio_path narration_path thumbnail_path image_generated video_rendered
audio_saved narration_saved status takes take chosen_take seed seeds model models backend
command_id command_ids image_command video_command audio_command image_command_id
video_command_id audio_command_id event_id event_ids artifact artifacts image_sha256
video_sha256 audio_sha256 sha256 raw_sha256 bytes references loras lens_mm color first_frame
last_frame audio_desc on_screen_text provenance prompt enhanced_prompt enhanced_image_prompt
enhanced_motion_prompt speech_s skipped removed
duration_s index transition_frames media_type film_path subtitles_path language end_card
"""
DERIVED_KEYS = frozenset(_DERIVED.split())
