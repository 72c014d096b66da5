namespace BackupApp.Streams;

/// <summary>Passes the bytes on as they are: the tool's thread fills a block while another one hashes and stores those before it.</summary>
public sealed class PlainStream(Stream sink, bool leaveOpen = true, CancellationToken cancellationToken = default)
    : BlockStream(sink, Blocks, default, leaveOpen, cancellationToken)
{
    private const int Blocks = 4;

    /// <summary>Bytes that it holds at most.</summary>
    public static long Memory => (long)DeflateBlock.BufferSize * Blocks;

    private protected override void Submit(DeflateBlock block) => block.Pass();
}
