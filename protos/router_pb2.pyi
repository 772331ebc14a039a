from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ForwardRequest(_message.Message):
    __slots__ = ("call_id", "provider", "model", "operation", "stream", "token_estimate", "binding_id", "endpoint_id", "headers", "body", "deadline_ms", "in_one")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    TOKEN_ESTIMATE_FIELD_NUMBER: _ClassVar[int]
    BINDING_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    IN_ONE_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    provider: str
    model: str
    operation: str
    stream: bool
    token_estimate: int
    binding_id: str
    endpoint_id: str
    headers: _containers.ScalarMap[str, str]
    body: bytes
    deadline_ms: int
    in_one: bool
    def __init__(self, call_id: _Optional[str] = ..., provider: _Optional[str] = ..., model: _Optional[str] = ..., operation: _Optional[str] = ..., stream: _Optional[bool] = ..., token_estimate: _Optional[int] = ..., binding_id: _Optional[str] = ..., endpoint_id: _Optional[str] = ..., headers: _Optional[_Mapping[str, str]] = ..., body: _Optional[bytes] = ..., deadline_ms: _Optional[int] = ..., in_one: _Optional[bool] = ...) -> None: ...

class ForwardReply(_message.Message):
    __slots__ = ("head", "chunk", "tail", "whole")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    TAIL_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    head: Head
    chunk: bytes
    tail: Tail
    whole: Whole
    def __init__(self, head: _Optional[_Union[Head, _Mapping]] = ..., chunk: _Optional[bytes] = ..., tail: _Optional[_Union[Tail, _Mapping]] = ..., whole: _Optional[_Union[Whole, _Mapping]] = ...) -> None: ...

class Whole(_message.Message):
    __slots__ = ("head", "body", "tail")
    HEAD_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    TAIL_FIELD_NUMBER: _ClassVar[int]
    head: Head
    body: bytes
    tail: Tail
    def __init__(self, head: _Optional[_Union[Head, _Mapping]] = ..., body: _Optional[bytes] = ..., tail: _Optional[_Union[Tail, _Mapping]] = ...) -> None: ...

class Head(_message.Message):
    __slots__ = ("status", "headers", "endpoint_id", "attempts", "rebound")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    STATUS_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    REBOUND_FIELD_NUMBER: _ClassVar[int]
    status: int
    headers: _containers.ScalarMap[str, str]
    endpoint_id: str
    attempts: int
    rebound: bool
    def __init__(self, status: _Optional[int] = ..., headers: _Optional[_Mapping[str, str]] = ..., endpoint_id: _Optional[str] = ..., attempts: _Optional[int] = ..., rebound: _Optional[bool] = ...) -> None: ...

class Tail(_message.Message):
    __slots__ = ("first_byte_ms", "total_ms")
    FIRST_BYTE_MS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MS_FIELD_NUMBER: _ClassVar[int]
    first_byte_ms: int
    total_ms: int
    def __init__(self, first_byte_ms: _Optional[int] = ..., total_ms: _Optional[int] = ...) -> None: ...

class UsageReport(_message.Message):
    __slots__ = ("call_id", "prompt_tokens", "completion_tokens", "others")
    CALL_ID_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    call_id: str
    prompt_tokens: int
    completion_tokens: int
    others: _containers.RepeatedCompositeFieldContainer[UsageReport]
    def __init__(self, call_id: _Optional[str] = ..., prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., others: _Optional[_Iterable[_Union[UsageReport, _Mapping]]] = ...) -> None: ...

class UsageReceipt(_message.Message):
    __slots__ = ("settled",)
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    settled: bool
    def __init__(self, settled: _Optional[bool] = ...) -> None: ...

class BindRequest(_message.Message):
    __slots__ = ("binding_id", "provider", "model", "slots", "ttl_seconds", "endpoint_id")
    BINDING_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    TTL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    binding_id: str
    provider: str
    model: str
    slots: int
    ttl_seconds: int
    endpoint_id: str
    def __init__(self, binding_id: _Optional[str] = ..., provider: _Optional[str] = ..., model: _Optional[str] = ..., slots: _Optional[int] = ..., ttl_seconds: _Optional[int] = ..., endpoint_id: _Optional[str] = ...) -> None: ...

class Binding(_message.Message):
    __slots__ = ("binding_id", "endpoint_id", "rebound")
    BINDING_ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    REBOUND_FIELD_NUMBER: _ClassVar[int]
    binding_id: str
    endpoint_id: str
    rebound: bool
    def __init__(self, binding_id: _Optional[str] = ..., endpoint_id: _Optional[str] = ..., rebound: _Optional[bool] = ...) -> None: ...

class ReleaseRequest(_message.Message):
    __slots__ = ("binding_id",)
    BINDING_ID_FIELD_NUMBER: _ClassVar[int]
    binding_id: str
    def __init__(self, binding_id: _Optional[str] = ...) -> None: ...

class ReleaseReply(_message.Message):
    __slots__ = ("released",)
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    released: bool
    def __init__(self, released: _Optional[bool] = ...) -> None: ...

class ListEndpointsRequest(_message.Message):
    __slots__ = ("provider", "model")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    provider: str
    model: str
    def __init__(self, provider: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class EndpointList(_message.Message):
    __slots__ = ("endpoints",)
    ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    endpoints: _containers.RepeatedCompositeFieldContainer[Endpoint]
    def __init__(self, endpoints: _Optional[_Iterable[_Union[Endpoint, _Mapping]]] = ...) -> None: ...

class Endpoint(_message.Message):
    __slots__ = ("endpoint_id", "provider", "base_url", "models", "in_flight", "max_parallel", "cooldown_ms", "state", "key_id", "label", "requests_per_minute", "tokens_per_minute", "requests_used", "tokens_used", "weight")
    ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    BASE_URL_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_PARALLEL_FIELD_NUMBER: _ClassVar[int]
    COOLDOWN_MS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_USED_FIELD_NUMBER: _ClassVar[int]
    TOKENS_USED_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    endpoint_id: str
    provider: str
    base_url: str
    models: _containers.RepeatedScalarFieldContainer[str]
    in_flight: int
    max_parallel: int
    cooldown_ms: int
    state: str
    key_id: str
    label: str
    requests_per_minute: int
    tokens_per_minute: int
    requests_used: int
    tokens_used: int
    weight: int
    def __init__(self, endpoint_id: _Optional[str] = ..., provider: _Optional[str] = ..., base_url: _Optional[str] = ..., models: _Optional[_Iterable[str]] = ..., in_flight: _Optional[int] = ..., max_parallel: _Optional[int] = ..., cooldown_ms: _Optional[int] = ..., state: _Optional[str] = ..., key_id: _Optional[str] = ..., label: _Optional[str] = ..., requests_per_minute: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., requests_used: _Optional[int] = ..., tokens_used: _Optional[int] = ..., weight: _Optional[int] = ...) -> None: ...

class ListKeysRequest(_message.Message):
    __slots__ = ("provider",)
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    provider: str
    def __init__(self, provider: _Optional[str] = ...) -> None: ...

class KeyList(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[Key]
    def __init__(self, keys: _Optional[_Iterable[_Union[Key, _Mapping]]] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("key_id", "provider", "models", "label", "fingerprint", "disabled", "requests_per_minute", "tokens_per_minute", "weight", "base_url", "state")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    BASE_URL_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    provider: str
    models: _containers.RepeatedScalarFieldContainer[str]
    label: str
    fingerprint: str
    disabled: bool
    requests_per_minute: int
    tokens_per_minute: int
    weight: int
    base_url: str
    state: str
    def __init__(self, key_id: _Optional[str] = ..., provider: _Optional[str] = ..., models: _Optional[_Iterable[str]] = ..., label: _Optional[str] = ..., fingerprint: _Optional[str] = ..., disabled: _Optional[bool] = ..., requests_per_minute: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., weight: _Optional[int] = ..., base_url: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class UsageQuery(_message.Message):
    __slots__ = ("by", "since_unix_s")
    BY_FIELD_NUMBER: _ClassVar[int]
    SINCE_UNIX_S_FIELD_NUMBER: _ClassVar[int]
    by: str
    since_unix_s: int
    def __init__(self, by: _Optional[str] = ..., since_unix_s: _Optional[int] = ...) -> None: ...

class UsageTable(_message.Message):
    __slots__ = ("rows",)
    ROWS_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[UsageRow]
    def __init__(self, rows: _Optional[_Iterable[_Union[UsageRow, _Mapping]]] = ...) -> None: ...

class UsageRow(_message.Message):
    __slots__ = ("name", "requests", "errors", "prompt_tokens", "completion_tokens", "latency_ms_sum", "cost", "label")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_SUM_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    requests: int
    errors: int
    prompt_tokens: int
    completion_tokens: int
    latency_ms_sum: int
    cost: float
    label: str
    def __init__(self, name: _Optional[str] = ..., requests: _Optional[int] = ..., errors: _Optional[int] = ..., prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., latency_ms_sum: _Optional[int] = ..., cost: _Optional[float] = ..., label: _Optional[str] = ...) -> None: ...
