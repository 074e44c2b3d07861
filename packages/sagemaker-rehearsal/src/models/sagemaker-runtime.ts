/** sagemaker-runtime 2017-05-13, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type InvokeEndpointAsyncInput = {
  EndpointName: string
  ContentType?: string | undefined
  Accept?: string | undefined
  CustomAttributes?: string | undefined
  InferenceId?: string | undefined
  InputLocation?: string | undefined
  S3OutputPathExtension?: string | undefined
  Filename?: string | undefined
  RequestTTLSeconds?: number | undefined
  InvocationTimeoutSeconds?: number | undefined
  Body?: string | undefined
}

export type InvokeEndpointAsyncOutput = {
  InferenceId?: string | undefined
  OutputLocation?: string | undefined
  FailureLocation?: string | undefined
}

export type InvokeEndpointInput = {
  EndpointName: string
  Body: string
  ContentType?: string | undefined
  Accept?: string | undefined
  CustomAttributes?: string | undefined
  TargetModel?: string | undefined
  TargetVariant?: string | undefined
  TargetContainerHostname?: string | undefined
  InferenceId?: string | undefined
  EnableExplanations?: string | undefined
  InferenceComponentName?: string | undefined
  SessionId?: string | undefined
  PrefixAwareId?: string | undefined
}

export type InvokeEndpointOutput = {
  Body: string
  ContentType?: string | undefined
  InvokedProductionVariant?: string | undefined
  CustomAttributes?: string | undefined
  NewSessionId?: string | undefined
  ClosedSessionId?: string | undefined
}

export type Actions = {
  InvokeEndpoint: { input: InvokeEndpointInput; output: InvokeEndpointOutput }
  InvokeEndpointAsync: { input: InvokeEndpointAsyncInput; output: InvokeEndpointAsyncOutput }
}

export const MODEL: Model = {
  actions: {
    InvokeEndpoint: {"input":"InvokeEndpointInput","output":"InvokeEndpointOutput","method":"POST","uri":"/endpoints/{EndpointName}/invocations","status":200},
    InvokeEndpointAsync: {"input":"InvokeEndpointAsyncInput","output":"InvokeEndpointAsyncOutput","method":"POST","uri":"/endpoints/{EndpointName}/async-invocations","status":202},
  },
  shapes: {
    AsyncBodyBlob: {"type":"blob","max":128000,"sensitive":true},
    BodyBlob: {"type":"blob","max":6291456,"sensitive":true},
    CustomAttributesHeader: {"type":"string","max":1024,"pattern":"\\p{ASCII}*","sensitive":true},
    EnableExplanationsHeader: {"type":"string","min":1,"max":64,"pattern":".*"},
    EndpointName: {"type":"string","max":63,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*"},
    FilenameHeader: {"type":"string","min":1,"max":32,"pattern":"^(?!.*\\..*\\.)[a-zA-Z0-9][a-zA-Z0-9-_\\.]*$"},
    Header: {"type":"string","max":1024,"pattern":"\\p{ASCII}*"},
    InferenceComponentHeader: {"type":"string","max":63,"pattern":"^[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?$"},
    InferenceId: {"type":"string","min":1,"max":64,"pattern":"\\A\\S[\\p{Print}]*\\z"},
    InputLocationHeader: {"type":"string","min":1,"max":1024,"pattern":"^(https|s3)://([^/]+)/?(.*)$"},
    InvocationTimeoutSecondsHeader: {"type":"integer","min":1,"max":3600},
    InvokeEndpointAsyncInput: {"type":"structure","members":{"EndpointName":"EndpointName","ContentType":"Header","Accept":"Header","CustomAttributes":"CustomAttributesHeader","InferenceId":"InferenceId","InputLocation":"InputLocationHeader","S3OutputPathExtension":"S3OutputPathExtensionHeader","Filename":"FilenameHeader","RequestTTLSeconds":"RequestTTLSecondsHeader","InvocationTimeoutSeconds":"InvocationTimeoutSecondsHeader","Body":"AsyncBodyBlob"},"required":["EndpointName"],"headers":{"ContentType":"X-Amzn-SageMaker-Content-Type","Accept":"X-Amzn-SageMaker-Accept","CustomAttributes":"X-Amzn-SageMaker-Custom-Attributes","InferenceId":"X-Amzn-SageMaker-Inference-Id","InputLocation":"X-Amzn-SageMaker-InputLocation","S3OutputPathExtension":"X-Amzn-SageMaker-S3OutputPathExtension","Filename":"X-Amzn-SageMaker-Filename","RequestTTLSeconds":"X-Amzn-SageMaker-RequestTTLSeconds","InvocationTimeoutSeconds":"X-Amzn-SageMaker-InvocationTimeoutSeconds"},"labels":{"EndpointName":"EndpointName"}},
    InvokeEndpointAsyncOutput: {"type":"structure","members":{"InferenceId":"Header","OutputLocation":"Header","FailureLocation":"Header"},"headers":{"OutputLocation":"X-Amzn-SageMaker-OutputLocation","FailureLocation":"X-Amzn-SageMaker-FailureLocation"}},
    InvokeEndpointInput: {"type":"structure","members":{"EndpointName":"EndpointName","Body":"BodyBlob","ContentType":"Header","Accept":"Header","CustomAttributes":"CustomAttributesHeader","TargetModel":"TargetModelHeader","TargetVariant":"TargetVariantHeader","TargetContainerHostname":"TargetContainerHostnameHeader","InferenceId":"InferenceId","EnableExplanations":"EnableExplanationsHeader","InferenceComponentName":"InferenceComponentHeader","SessionId":"SessionIdOrNewSessionConstantHeader","PrefixAwareId":"PrefixAwareIdHeader"},"required":["EndpointName","Body"],"headers":{"ContentType":"Content-Type","Accept":"Accept","CustomAttributes":"X-Amzn-SageMaker-Custom-Attributes","TargetModel":"X-Amzn-SageMaker-Target-Model","TargetVariant":"X-Amzn-SageMaker-Target-Variant","TargetContainerHostname":"X-Amzn-SageMaker-Target-Container-Hostname","InferenceId":"X-Amzn-SageMaker-Inference-Id","EnableExplanations":"X-Amzn-SageMaker-Enable-Explanations","InferenceComponentName":"X-Amzn-SageMaker-Inference-Component","SessionId":"X-Amzn-SageMaker-Session-Id","PrefixAwareId":"X-Amzn-SageMaker-Prefix-Aware-Id"},"labels":{"EndpointName":"EndpointName"}},
    InvokeEndpointOutput: {"type":"structure","members":{"Body":"BodyBlob","ContentType":"Header","InvokedProductionVariant":"Header","CustomAttributes":"CustomAttributesHeader","NewSessionId":"NewSessionResponseHeader","ClosedSessionId":"SessionIdHeader"},"required":["Body"],"headers":{"ContentType":"Content-Type","InvokedProductionVariant":"x-Amzn-Invoked-Production-Variant","CustomAttributes":"X-Amzn-SageMaker-Custom-Attributes","NewSessionId":"X-Amzn-SageMaker-New-Session-Id","ClosedSessionId":"X-Amzn-SageMaker-Closed-Session-Id"}},
    NewSessionResponseHeader: {"type":"string","max":256,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*;\\sExpires=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
    PrefixAwareIdHeader: {"type":"string","min":1,"max":64,"pattern":"\\A\\S[\\p{Print}]*\\z"},
    RequestTTLSecondsHeader: {"type":"integer","min":60,"max":21600},
    S3OutputPathExtensionHeader: {"type":"string","min":1,"max":512,"pattern":"^(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+$"},
    SessionIdHeader: {"type":"string","max":256,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*$"},
    SessionIdOrNewSessionConstantHeader: {"type":"string","max":256,"pattern":"^(NEW_SESSION)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$"},
    TargetContainerHostnameHeader: {"type":"string","max":63,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*"},
    TargetModelHeader: {"type":"string","min":1,"max":1024,"pattern":"\\A\\S[\\p{Print}]*\\z"},
    TargetVariantHeader: {"type":"string","max":63,"pattern":"^[a-zA-Z0-9](-*[a-zA-Z0-9])*"},
  },
}
