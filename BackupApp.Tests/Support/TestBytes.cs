namespace BackupApp.Tests.Support;

/// <summary>Bytes that do not compress and are the same in every run.</summary>
public static class TestBytes
{
    public static byte[] Make(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        await using (stream)
        {
            var all = new MemoryStream();
            await stream.CopyToAsync(all);
            return all.ToArray();
        }
    }
}
