from protos import router_pb2 as _router_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImportKeysRequest(_message.Message):
    __slots__ = ("csv",)
    CSV_FIELD_NUMBER: _ClassVar[int]
    csv: bytes
    def __init__(self, csv: _Optional[bytes] = ...) -> None: ...

class ImportKeysReply(_message.Message):
    __slots__ = ("added", "unchanged", "errors")
    ADDED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    added: int
    unchanged: int
    errors: _containers.RepeatedCompositeFieldContainer[RowError]
    def __init__(self, added: _Optional[int] = ..., unchanged: _Optional[int] = ..., errors: _Optional[_Iterable[_Union[RowError, _Mapping]]] = ...) -> None: ...

class RowError(_message.Message):
    __slots__ = ("line", "message")
    LINE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    line: int
    message: str
    def __init__(self, line: _Optional[int] = ..., message: _Optional[str] = ...) -> None: ...

class AddKeyRequest(_message.Message):
    __slots__ = ("provider", "models", "secret", "label", "base_url", "requests_per_minute", "tokens_per_minute", "weight")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODELS_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    BASE_URL_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    TOKENS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    provider: str
    models: _containers.RepeatedScalarFieldContainer[str]
    secret: bytes
    label: str
    base_url: str
    requests_per_minute: int
    tokens_per_minute: int
    weight: int
    def __init__(self, provider: _Optional[str] = ..., models: _Optional[_Iterable[str]] = ..., secret: _Optional[bytes] = ..., label: _Optional[str] = ..., base_url: _Optional[str] = ..., requests_per_minute: _Optional[int] = ..., tokens_per_minute: _Optional[int] = ..., weight: _Optional[int] = ...) -> None: ...

class KeyRequest(_message.Message):
    __slots__ = ("key_id",)
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    def __init__(self, key_id: _Optional[str] = ...) -> None: ...

class RotateKeyRequest(_message.Message):
    __slots__ = ("key_id", "secret")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    key_id: str
    secret: bytes
    def __init__(self, key_id: _Optional[str] = ..., secret: _Optional[bytes] = ...) -> None: ...

class RewrapKeysRequest(_message.Message):
    __slots__ = ("retire_old_versions",)
    RETIRE_OLD_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    retire_old_versions: bool
    def __init__(self, retire_old_versions: _Optional[bool] = ...) -> None: ...

class RewrapKeysReply(_message.Message):
    __slots__ = ("rewrapped", "failed", "key_version")
    REWRAPPED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    KEY_VERSION_FIELD_NUMBER: _ClassVar[int]
    rewrapped: int
    failed: int
    key_version: int
    def __init__(self, rewrapped: _Optional[int] = ..., failed: _Optional[int] = ..., key_version: _Optional[int] = ...) -> None: ...

class ReloadKeysRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReloadKeysReply(_message.Message):
    __slots__ = ("keys", "providers")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    keys: int
    providers: int
    def __init__(self, keys: _Optional[int] = ..., providers: _Optional[int] = ...) -> None: ...
