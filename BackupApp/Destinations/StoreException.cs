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
    InvalidConfiguration,
    StoreFailed,
}

/// <summary>A destination failed. The message is one sentence for the user and holds no secret.</summary>
public sealed class StoreException(StoreError error, string message, Exception? inner = null)
    : StagedException(RunStage.Store, message, inner)
{
    public StoreError Error { get; } = error;

    public override string FailureCode => Error.ToSnakeCase();
}
