using BackupApp.Destinations;

namespace BackupApp.Tests.Support;

public static class Uploads
{
    /// <summary>Stores an object as a backup is stored, in parts.</summary>
    public static async Task<ObjectInfo> UploadAsync(this IObjectStore store, string key, byte[] content)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var upload = await store.BeginUploadAsync(key, new UploadOptions("application/gzip"), cancel);
        await upload.Body.WriteAsync(content, cancel);
        await upload.SealAsync(cancel);
        return await upload.CompleteAsync(cancel);
    }
}
