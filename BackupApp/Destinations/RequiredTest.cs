using BackupApp.Destinations.S3;
using BackupApp.Errors;

namespace BackupApp.Destinations;

/// <summary>
/// The test of a destination that is about to be saved. Where it has to pass, what fails is told at the field that it is about.
/// </summary>
internal sealed class RequiredTest(ObjectStores stores, DestinationTest test, TimeProvider time)
{
    public async Task<DestinationTestRecord> RunAsync(
        S3Location location, S3Keys keys, bool mustPass, Action<DestinationTestProgress>? progress, CancellationToken cancellationToken)
    {
        using var store = OpenForTest(location, keys);
        var result = await test.RunAsync(store, new DestinationTestTerms(location.AppendOnly, progress), cancellationToken);
        return result.Ok || !mustPass
            ? DestinationTestRecord.From(result, time.GetUtcNow())
            : throw new InvalidInputException(FieldOf(result), $"{result.Message} {result.Advice} {result.LeftBehind}".TrimEnd());
    }

    private IObjectStore OpenForTest(S3Location location, S3Keys keys)
    {
        try
        {
            return stores.OpenForTest(location, keys, isManaged: false);
        }
        catch (StoreException e)
        {
            throw new InvalidInputException(FieldOf(e.Error), e.Message);
        }
    }

    // Refused at the end, or for want of a checksum: it may be meant so.
    private static string FieldOf(DestinationTestResult result) =>
        result.FailedStep == DestinationTestStep.Delete || result.Code == StoreError.RequestRefused
            ? nameof(S3DestinationInput.AppendOnly)
            : FieldOf(result.Code);

    private static string FieldOf(StoreError? error) => error switch
    {
        StoreError.BucketNotFound => nameof(S3DestinationInput.Bucket),
        StoreError.InvalidCredentials or StoreError.AccessDenied => nameof(S3DestinationInput.AccessKeyId),
        StoreError.WrongRegion => nameof(S3DestinationInput.Region),
        _ => nameof(S3DestinationInput.Endpoint),
    };
}
