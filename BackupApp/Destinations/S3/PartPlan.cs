namespace BackupApp.Destinations.S3;

/// <param name="Smallest">Bytes of a part for a small or unknown size; S3 takes at least 5 MiB.</param>
/// <param name="Largest">Bytes; S3 takes at most 5 GiB, memory sets the limit here.</param>
/// <param name="InFlight">Parts sent at a time.</param>
/// <param name="MaxParts">Parts of one upload.</param>
/// <param name="Memory">Bytes of buffers that one upload may use, where two parts fit.</param>
public sealed record PartLimits(int Smallest, int Largest, int InFlight, int MaxParts, long Memory)
{
    private const int MiB = 1024 * 1024;

    public static readonly PartLimits Default = new(16 * MiB, 512 * MiB, InFlight: 2, MaxParts: 10_000, Memory: 128L * MiB);
}

/// <summary>
/// The size of each part of an upload. It is chosen before the first byte and stays, because Cloudflare R2 and Garage demand equal parts;
/// only far beyond the expected size do parts grow, where the alternative is to fail at the store's last part.
/// </summary>
internal sealed class PartPlan
{
    private const int MiB = 1024 * 1024;

    private readonly PartLimits _limits;
    private readonly int _equalParts;
    private readonly int _partsPerDoubling;

    /// <param name="mostMemory">
    /// Bytes of buffers, whatever else would be wanted: where only one part fits, it is filled and sent in turn.
    /// </param>
    public PartPlan(long? expectedSize, PartLimits limits, long mostMemory = long.MaxValue)
    {
        limits = limits with
        {
            Largest = (int)Math.Clamp(mostMemory, limits.Smallest, limits.Largest),
            Memory = Math.Min(limits.Memory, mostMemory),
        };
        _limits = limits;
        // A tenth of the parts is kept for growing: with 10,000 parts of 16 MiB, equal up to 140 GiB and 443 GiB in all.
        _equalParts = limits.MaxParts * 9 / 10;
        _partsPerDoubling = Math.Max(1, limits.MaxParts / 100);
        var wanted = (expectedSize ?? 0) * 1.3 / _equalParts;
        PartSize = (int)Math.Clamp(Math.Ceiling(wanted / MiB) * MiB, limits.Smallest, limits.Largest);
        var fit = (int)Math.Min(int.MaxValue, limits.Memory / PartSize);
        Buffers = Math.Clamp(fit, 2L * PartSize > mostMemory ? 1 : 2, limits.InFlight + 1);
    }

    /// <summary>Bytes of the equal parts.</summary>
    public int PartSize { get; }

    /// <summary>Buffers of <see cref="PartSize"/> held at most: those being sent, and the one being filled.</summary>
    public int Buffers { get; }

    /// <summary>Bytes of all buffers.</summary>
    public long Memory => (long)Buffers * PartSize;

    /// <param name="number">From 1.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="StoreException"><see cref="StoreError.TooLarge"/> beyond the last part.</exception>
    public int SizeOf(int number)
    {
        if (number > _limits.MaxParts)
            throw new StoreException(StoreError.TooLarge,
                $"The backup is larger than {_limits.MaxParts} parts, beginning with {PartSize / MiB} MiB each, can hold: "
                + "the store accepts no more parts.");
        if (number <= _equalParts)
            return PartSize;
        var doublings = Math.Min(30, 1 + ((number - _equalParts - 1) / _partsPerDoubling));
        return (int)Math.Min(Math.Max(_limits.Largest, PartSize), (long)PartSize << doublings);
    }

    /// <summary>How many of <see cref="Buffers"/> a part of this size takes the place of: grown parts are sent fewer at a time.</summary>
    public int PlacesOf(int size) => Math.Min(Buffers, (size + PartSize - 1) / PartSize);
}
