"""How things are made: briefs, stages, profiles, backends. Knows no log and no session.

Importing this package or its light modules (briefs, stages, vocabulary, profile, language,
captions) loads no numpy, PIL, cv2, imageio or torch; those load when a stage opens.
"""
