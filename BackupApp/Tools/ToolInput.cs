using System.Text;
using BackupApp.Streams;

namespace BackupApp.Tools;

/// <summary>A tool's standard input. A tool that stops reading is no failure of it: its exit code and its words say why.</summary>
internal sealed class ToolInput(Stream input)
{
    private const int PieceSize = 256 * 1024;

    private long _taken;

    /// <summary>Bytes that the tool took from <see cref="FeedAsync"/>.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>The pipe takes it all at once, whether the tool reads or not.</summary>
    /// <returns>False when the tool ended without reading.</returns>
    public bool TryBegin(string text)
    {
        try
        {
            input.Write(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Gives the tool all of <paramref name="source"/> as its standard input, whatever its length, and closes
    /// it. A tool that ends without reading all is no failure of this: its exit code and its words say why.
    /// When the source fails the input stays open, so that the tool does not take a part for the whole.
    /// </summary>
    /// <exception cref="OperationCanceledException"/>
    public async Task FeedAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = SharedBuffers.Shared.Rent(PieceSize);
        try
        {
            for (int count; (count = await source.ReadAsync(buffer.AsMemory(0, PieceSize), cancellationToken)) > 0;)
            {
                if (!await TryGiveAsync(buffer.AsMemory(0, count), cancellationToken))
                    return;
            }

            Close();
        }
        finally
        {
            SharedBuffers.Shared.Return(buffer);
        }
    }

    public void Close()
    {
        try
        {
            input.Dispose();
        }
        catch (IOException)
        {
            // Nobody reads at the other end any more.
        }
    }

    private async Task<bool> TryGiveAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(piece, cancellationToken);
            Interlocked.Add(ref _taken, piece.Length);
            return true;
        }
        catch (IOException)
        {
            return false; // It reads no more.
        }
    }
}
