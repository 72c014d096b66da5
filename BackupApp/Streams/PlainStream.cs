namespace BackupApp.Streams;

/// <summary>Passes the bytes on as they are: the tool's thread fills a block while another one hashes and stores those before it.</summary>
public sealed class PlainStream : BlockStream
{
    private const int Blocks = 4;

    public PlainStream(Stream sink, bool leaveOpen = true, CancellationToken cancellationToken = default)
        : base(sink, leaveOpen) => Start(Blocks, default, cancellationToken);

    /// <summary>Bytes that it holds at most.</summary>
    public static long Memory => (long)DeflateBlock.BufferSize * Blocks;

    private protected override void Submit(DeflateBlock block) => block.Pass();
}
