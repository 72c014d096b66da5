using BackupApp.Data;
using BackupApp.Destinations;

namespace BackupApp.Pages.Destinations;

/// <summary>How a person reads what is stored of a destination as a short word.</summary>
public static class DestinationText
{
    /// <summary>A result of the test in two or three words; the test's own sentence says more.</summary>
    public static string Of(DestinationTestRecord test) => test.Ok ? "Works" : SnakeCase.ParseSnakeCase<StoreError>(test.Code) switch
    {
        StoreError.Unreachable => "Not reachable",
        StoreError.Timeout => "No answer",
        StoreError.AccessDenied => "Access denied",
        StoreError.InvalidCredentials => "Keys refused",
        StoreError.BucketNotFound => "No such bucket",
        StoreError.WrongRegion => "Wrong region",
        StoreError.ClockSkew => "Clocks differ",
        StoreError.TlsError => "TLS problem",
        StoreError.InsufficientSpace => "No space left",
        StoreError.InvalidConfiguration => "Wrong settings",
        StoreError.NotImplemented => "Not supported there",
        StoreError.TooLarge or StoreError.RequestTooLarge => "Too large for it",
        _ => "Does not work",
    };

    public static string Of(StorageDestination destination) => destination.Kind == DestinationKind.Folder ? "Folder" : "S3 bucket";
}
