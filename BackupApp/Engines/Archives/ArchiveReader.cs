using System.Globalization;
using BackupApp.Inventories;

namespace BackupApp.Engines.Archives;

/// <summary>Feeds a format's pieces with what comes, and turns its end, whatever it is, into an <see cref="ArchiveReading"/>.</summary>
internal abstract class ArchiveReader : IArchiveReader
{
    private IEnumerator<IPiece>? _steps;
    private long _pieceStart;
    private long _position;
    private string? _damage;
    private ArchiveReading? _reading;
    private volatile ArchiveProgress? _progress;

    public ArchiveProgress? Progress
    {
        get => _progress;
        protected set => _progress = value;
    }

    /// <summary>Set by the steps before a piece in whose place the input may also end.</summary>
    protected bool MayEnd { get; set; }

    /// <summary>What is being read, for people: <c>in the rows of public.orders</c>.</summary>
    protected abstract string Place { get; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_reading is not null || _damage is not null)
            return;

        var rest = bytes;
        try
        {
            Parse(bytes.Length, ref rest);
        }
        catch (DamagedArchiveException e)
        {
            _damage = e.Message;
        }
        catch (UnreadArchiveException e)
        {
            _reading = new ArchiveReading.NotRead(e.Message);
        }
        catch (Exception e)
        {
            _reading = Fault(e);
        }

        _position += bytes.Length - rest.Length;
    }

    public ArchiveReading Complete()
    {
        try
        {
            return _reading ??= _damage is null ? End() : Damaged(_damage, endsEarly: false);
        }
        catch (Exception e)
        {
            return _reading = Fault(e);
        }
    }

    /// <summary>The pieces in their order. What is wrong is thrown.</summary>
    protected abstract IEnumerable<IPiece> Steps();

    /// <summary>What is missing though the input ended where it may; null when nothing is.</summary>
    protected abstract string? Missing();

    /// <summary>What was read up to here; null when that is nothing.</summary>
    protected abstract Inventory? Inventory();

    private void Parse(int length, ref ReadOnlySpan<byte> rest)
    {
        if (_steps is null)
        {
            _steps = Steps().GetEnumerator();
            _steps.MoveNext();
        }

        while (_steps.Current.Take(ref rest))
        {
            _pieceStart = _position + length - rest.Length;
            if (!_steps.MoveNext())
                throw new InvalidOperationException("The steps of a format end with a piece that takes nothing.");
        }
    }

    private ArchiveReading End()
    {
        if (_position == 0)
            return Damaged("It is empty.", endsEarly: true);
        if (!MayEnd || _position > _pieceStart)
            return Damaged("It ends early.", endsEarly: true);
        return Missing() is { } missing ? Damaged(missing, endsEarly: true) : new ArchiveReading.Whole(Inventory()!);
    }

    private ArchiveReading.Damaged Damaged(string what, bool endsEarly)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"{Place}, after {_position:N0} bytes");
        return new(what, where, endsEarly, Inventory());
    }

    // A fault of the reader is never one of the backup. The message could hold data.
    private static ArchiveReading.NotRead Fault(Exception e) => new($"The reader failed: {e.GetType().Name}.");
}
