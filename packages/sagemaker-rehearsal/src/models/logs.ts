/** logs 2014-03-28, written by scripts/generate-models.ts from botocore 1.44.8. */

import type { Model } from '../model.ts'

export type DeleteLogGroupRequest = {
  logGroupName: string
}

export type DescribeLogGroupsRequest = {
  accountIdentifiers?: Array<string> | undefined
  logGroupNamePrefix?: string | undefined
  logGroupNamePattern?: string | undefined
  nextToken?: string | undefined
  limit?: number | undefined
  includeLinkedAccounts?: boolean | undefined
  logGroupClass?: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY' | 'ESSENTIALS' | undefined
  logGroupIdentifiers?: Array<string> | undefined
}

export type DescribeLogGroupsResponse = {
  logGroups?: Array<LogGroup> | undefined
  nextToken?: string | undefined
}

export type DescribeLogStreamsRequest = {
  logGroupName?: string | undefined
  logGroupIdentifier?: string | undefined
  logStreamNamePrefix?: string | undefined
  orderBy?: 'LogStreamName' | 'LastEventTime' | undefined
  descending?: boolean | undefined
  nextToken?: string | undefined
  limit?: number | undefined
}

export type DescribeLogStreamsResponse = {
  logStreams?: Array<LogStream> | undefined
  nextToken?: string | undefined
}

export type FilterLogEventsRequest = {
  logGroupName?: string | undefined
  logGroupIdentifier?: string | undefined
  logStreamNames?: Array<string> | undefined
  logStreamNamePrefix?: string | undefined
  startTime?: number | undefined
  endTime?: number | undefined
  filterPattern?: string | undefined
  nextToken?: string | undefined
  limit?: number | undefined
  startFromHead?: boolean | undefined
  interleaved?: boolean | undefined
  unmask?: boolean | undefined
}

export type FilterLogEventsResponse = {
  events?: Array<FilteredLogEvent> | undefined
  searchedLogStreams?: Array<SearchedLogStream> | undefined
  nextToken?: string | undefined
}

export type FilteredLogEvent = {
  logStreamName?: string | undefined
  timestamp?: number | undefined
  message?: string | undefined
  ingestionTime?: number | undefined
  eventId?: string | undefined
}

export type GetLogEventsRequest = {
  logGroupName?: string | undefined
  logGroupIdentifier?: string | undefined
  logStreamName: string
  startTime?: number | undefined
  endTime?: number | undefined
  nextToken?: string | undefined
  limit?: number | undefined
  startFromHead?: boolean | undefined
  unmask?: boolean | undefined
}

export type GetLogEventsResponse = {
  events?: Array<OutputLogEvent> | undefined
  nextForwardToken?: string | undefined
  nextBackwardToken?: string | undefined
}

export type LogGroup = {
  logGroupName?: string | undefined
  creationTime?: number | undefined
  retentionInDays?: number | undefined
  metricFilterCount?: number | undefined
  arn?: string | undefined
  storedBytes?: number | undefined
  kmsKeyId?: string | undefined
  dataProtectionStatus?: 'ACTIVATED' | 'DELETED' | 'ARCHIVED' | 'DISABLED' | undefined
  inheritedProperties?: Array<'ACCOUNT_DATA_PROTECTION'> | undefined
  logGroupClass?: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY' | 'ESSENTIALS' | undefined
  logGroupArn?: string | undefined
  deletionProtectionEnabled?: boolean | undefined
  bearerTokenAuthenticationEnabled?: boolean | undefined
  retentionPolicyName?: string | undefined
}

export type LogStream = {
  logStreamName?: string | undefined
  creationTime?: number | undefined
  firstEventTimestamp?: number | undefined
  lastEventTimestamp?: number | undefined
  lastIngestionTime?: number | undefined
  uploadSequenceToken?: string | undefined
  arn?: string | undefined
  storedBytes?: number | undefined
}

export type OutputLogEvent = {
  timestamp?: number | undefined
  message?: string | undefined
  ingestionTime?: number | undefined
}

export type SearchedLogStream = {
  logStreamName?: string | undefined
  searchedCompletely?: boolean | undefined
}

export type Actions = {
  DescribeLogGroups: { input: DescribeLogGroupsRequest; output: DescribeLogGroupsResponse }
  DescribeLogStreams: { input: DescribeLogStreamsRequest; output: DescribeLogStreamsResponse }
  FilterLogEvents: { input: FilterLogEventsRequest; output: FilterLogEventsResponse }
  GetLogEvents: { input: GetLogEventsRequest; output: GetLogEventsResponse }
  DeleteLogGroup: { input: DeleteLogGroupRequest; output: unknown }
}

export const MODEL: Model = {
  actions: {
    DescribeLogGroups: {"input":"DescribeLogGroupsRequest","output":"DescribeLogGroupsResponse"},
    DescribeLogStreams: {"input":"DescribeLogStreamsRequest","output":"DescribeLogStreamsResponse"},
    FilterLogEvents: {"input":"FilterLogEventsRequest","output":"FilterLogEventsResponse"},
    GetLogEvents: {"input":"GetLogEventsRequest","output":"GetLogEventsResponse"},
    DeleteLogGroup: {"input":"DeleteLogGroupRequest"},
  },
  shapes: {
    AccountId: {"type":"string","min":12,"max":12,"pattern":"^\\d{12}$"},
    AccountIds: {"type":"list","member":"AccountId","min":0,"max":20},
    Arn: {"type":"string"},
    BearerTokenAuthenticationEnabled: {"type":"boolean"},
    DataProtectionStatus: {"type":"string","enum":["ACTIVATED","DELETED","ARCHIVED","DISABLED"]},
    Days: {"type":"integer"},
    DeleteLogGroupRequest: {"type":"structure","members":{"logGroupName":"LogGroupName"},"required":["logGroupName"]},
    DeletionProtectionEnabled: {"type":"boolean"},
    Descending: {"type":"boolean"},
    DescribeLimit: {"type":"integer","min":1,"max":50},
    DescribeLogGroupsLogGroupIdentifiers: {"type":"list","member":"LogGroupIdentifier","min":1,"max":50},
    DescribeLogGroupsRequest: {"type":"structure","members":{"accountIdentifiers":"AccountIds","logGroupNamePrefix":"LogGroupName","logGroupNamePattern":"LogGroupNamePattern","nextToken":"NextToken","limit":"DescribeLimit","includeLinkedAccounts":"IncludeLinkedAccounts","logGroupClass":"LogGroupClass","logGroupIdentifiers":"DescribeLogGroupsLogGroupIdentifiers"}},
    DescribeLogGroupsResponse: {"type":"structure","members":{"logGroups":"LogGroups","nextToken":"NextToken"}},
    DescribeLogStreamsRequest: {"type":"structure","members":{"logGroupName":"LogGroupName","logGroupIdentifier":"LogGroupIdentifier","logStreamNamePrefix":"LogStreamName","orderBy":"OrderBy","descending":"Descending","nextToken":"NextToken","limit":"DescribeLimit"}},
    DescribeLogStreamsResponse: {"type":"structure","members":{"logStreams":"LogStreams","nextToken":"NextToken"}},
    EventId: {"type":"string"},
    EventMessage: {"type":"string","min":1},
    EventsLimit: {"type":"integer","min":1,"max":10000},
    FilterCount: {"type":"integer"},
    FilterLogEventsRequest: {"type":"structure","members":{"logGroupName":"LogGroupName","logGroupIdentifier":"LogGroupIdentifier","logStreamNames":"InputLogStreamNames","logStreamNamePrefix":"LogStreamName","startTime":"Timestamp","endTime":"Timestamp","filterPattern":"FilterPattern","nextToken":"NextToken","limit":"EventsLimit","startFromHead":"StartFromHead","interleaved":"Interleaved","unmask":"Unmask"}},
    FilterLogEventsResponse: {"type":"structure","members":{"events":"FilteredLogEvents","searchedLogStreams":"SearchedLogStreams","nextToken":"NextToken"}},
    FilterPattern: {"type":"string","min":0,"max":1024},
    FilteredLogEvent: {"type":"structure","members":{"logStreamName":"LogStreamName","timestamp":"Timestamp","message":"EventMessage","ingestionTime":"Timestamp","eventId":"EventId"}},
    FilteredLogEvents: {"type":"list","member":"FilteredLogEvent"},
    GetLogEventsRequest: {"type":"structure","members":{"logGroupName":"LogGroupName","logGroupIdentifier":"LogGroupIdentifier","logStreamName":"LogStreamName","startTime":"Timestamp","endTime":"Timestamp","nextToken":"NextToken","limit":"EventsLimit","startFromHead":"StartFromHead","unmask":"Unmask"},"required":["logStreamName"]},
    GetLogEventsResponse: {"type":"structure","members":{"events":"OutputLogEvents","nextForwardToken":"NextToken","nextBackwardToken":"NextToken"}},
    IncludeLinkedAccounts: {"type":"boolean"},
    InheritedProperties: {"type":"list","member":"InheritedProperty"},
    InheritedProperty: {"type":"string","enum":["ACCOUNT_DATA_PROTECTION"]},
    InputLogStreamNames: {"type":"list","member":"LogStreamName","min":1,"max":100},
    Interleaved: {"type":"boolean"},
    KmsKeyId: {"type":"string","max":256},
    LogGroup: {"type":"structure","members":{"logGroupName":"LogGroupName","creationTime":"Timestamp","retentionInDays":"Days","metricFilterCount":"FilterCount","arn":"Arn","storedBytes":"StoredBytes","kmsKeyId":"KmsKeyId","dataProtectionStatus":"DataProtectionStatus","inheritedProperties":"InheritedProperties","logGroupClass":"LogGroupClass","logGroupArn":"Arn","deletionProtectionEnabled":"DeletionProtectionEnabled","bearerTokenAuthenticationEnabled":"BearerTokenAuthenticationEnabled","retentionPolicyName":"PolicyName"}},
    LogGroupClass: {"type":"string","enum":["STANDARD","INFREQUENT_ACCESS","DELIVERY","ESSENTIALS"]},
    LogGroupIdentifier: {"type":"string","min":1,"max":2048,"pattern":"[\\w#+=/:,.@-]*"},
    LogGroupName: {"type":"string","min":1,"max":512,"pattern":"[\\.\\-_/#A-Za-z0-9]+"},
    LogGroupNamePattern: {"type":"string","min":0,"max":512,"pattern":"[\\.\\-_/#A-Za-z0-9]*"},
    LogGroups: {"type":"list","member":"LogGroup"},
    LogStream: {"type":"structure","members":{"logStreamName":"LogStreamName","creationTime":"Timestamp","firstEventTimestamp":"Timestamp","lastEventTimestamp":"Timestamp","lastIngestionTime":"Timestamp","uploadSequenceToken":"SequenceToken","arn":"Arn","storedBytes":"StoredBytes"}},
    LogStreamName: {"type":"string","min":1,"max":512,"pattern":"[^:*]*"},
    LogStreamSearchedCompletely: {"type":"boolean"},
    LogStreams: {"type":"list","member":"LogStream"},
    NextToken: {"type":"string","min":1},
    OrderBy: {"type":"string","enum":["LogStreamName","LastEventTime"]},
    OutputLogEvent: {"type":"structure","members":{"timestamp":"Timestamp","message":"EventMessage","ingestionTime":"Timestamp"}},
    OutputLogEvents: {"type":"list","member":"OutputLogEvent"},
    PolicyName: {"type":"string"},
    SearchedLogStream: {"type":"structure","members":{"logStreamName":"LogStreamName","searchedCompletely":"LogStreamSearchedCompletely"}},
    SearchedLogStreams: {"type":"list","member":"SearchedLogStream"},
    SequenceToken: {"type":"string","min":1},
    StartFromHead: {"type":"boolean"},
    StoredBytes: {"type":"long","min":0},
    Timestamp: {"type":"long","min":0},
    Unmask: {"type":"boolean"},
  },
}
