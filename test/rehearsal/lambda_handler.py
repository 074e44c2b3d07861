"""What AWS's own runtime client for Python calls, in the rehearsal's environments."""


def handler(event, context):
    if event.get("do") == "fail":
        raise ValueError("no")
    return {
        "event": event,
        "requestId": context.aws_request_id,
        "function": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "remaining": context.get_remaining_time_in_millis(),
    }
