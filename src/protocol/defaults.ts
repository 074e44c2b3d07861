/** What both the settings say and the workers go by. */

/** What a body is whose sender does not say, and what a reply is where Accept leaves it open. */
export const DEFAULT_MEDIA_TYPE = 'application/json'

/** Most rows in a run where neither a setting nor serving.yaml says. */
export const DEFAULT_MAX_BATCH_SIZE = 32
