/** Why an instance could not be brought into service: becomes the endpoint's FailureReason. */
export class StartFailure extends Error {}
