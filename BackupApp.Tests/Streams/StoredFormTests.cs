using System.Text;
using BackupApp.Streams;
using BackupApp.Tools;

namespace BackupApp.Tests.Streams;

public sealed class StoredFormTests
{
    [Theory]
    [InlineData(null, StoredCompression.None, ".dump", "application/octet-stream", "cat")]
    [InlineData(0, StoredCompression.Gzip, ".dump.gz", "application/gzip", "gunzip -c")]
    [InlineData(9, StoredCompression.Gzip, ".dump.gz", "application/gzip", "gunzip -c")]
    public void A_form_says_all_that_depends_on_it(
        int? level, StoredCompression compression, string extension, string contentType, string reader)
    {
        var form = StoredForm.Of(level);

        Assert.Equal((compression, level), (form.Compression, form.CompressionLevel));
        Assert.Equal((extension, contentType), (form.Extension(".dump"), form.ContentType));
        // Whatever the file is called: its form decides.
        Assert.Equal([$"{reader} -- a.gz", $"{reader} -- a"], [ShellWord.Read("a.gz", form), ShellWord.Read("a", form)]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(6)]
    public async Task What_the_tool_wrote_is_read_back(int? level)
    {
        var cancel = TestContext.Current.CancellationToken;
        var stored = new MemoryStream();
        await using (BlockStream stage = level is { } known ? new ParallelGzipStream(stored, known, threads: 1) : new PlainStream(stored))
        {
            await stage.WriteAsync("what the tool wrote"u8.ToArray(), cancel);
            await stage.FinishAsync(cancel);
        }

        stored.Position = 0;
        using var read = new StreamReader(StoredForm.Of(level).Read(stored), Encoding.UTF8);
        Assert.Equal("what the tool wrote", await read.ReadToEndAsync(cancel));
    }
}
