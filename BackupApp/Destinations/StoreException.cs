using BackupApp.Data;
using BackupApp.Errors;

namespace BackupApp.Destinations;

/// <summary>What went wrong at a storage destination. Written in snake_case.</summary>
public enum StoreError
{
    Unreachable,
    Timeout,
    AccessDenied,
    InvalidCredentials,
    BucketNotFound,
    WrongRegion,
    ClockSkew,
    TlsError,
    InsufficientSpace,
    UploadLost,
    ObjectNotFound,
    TooLarge,

    /// <summary>One request is larger than something on the way allows (413).</summary>
    RequestTooLarge,

    /// <summary>Something on the way demands a length that it took away itself (411).</summary>
    LengthRequired,

    /// <summary>The store lacks a part of the protocol that backups need (501).</summary>
    NotImplemented,

    /// <summary>The store does not accept such a request (400).</summary>
    RequestRefused,
    InvalidConfiguration,
    StoreFailed,
}

/// <summary>A destination failed. The message is one sentence for the user and holds no secret.</summary>
public sealed class StoreException(StoreError error, string message, Exception? inner = null)
    : StagedException(RunStage.Store, message, inner)
{
    public StoreError Error { get; } = error;

    public override string FailureCode => Error.ToSnakeCase();

    /// <summary>The destination is well and does not want this; trying again would not help.</summary>
    public bool IsRefusal => Error is StoreError.AccessDenied or StoreError.RequestRefused;
}
