using System.Security.Cryptography;
using BackupApp.Data;

namespace BackupApp.Secrets;

/// <summary>
/// The one key that is never in the database: 32 bytes that open the key ring. From <c>BackupApp:MasterKey</c> (base64), or
/// <c>BackupApp:MasterKeyFile</c>, or, with the embedded database only, made on first start as <c>master.key</c> in the data directory.
/// A made one is no file before <see cref="Keep"/>: beside a database that another key has closed, a new file would only mislead.
/// </summary>
public sealed class MasterKey
{
    public const int Length = 32;

    private readonly byte[] _bytes;
    private bool _isKept = true;

    private MasterKey(byte[] bytes, string origin)
    {
        _bytes = bytes;
        Origin = origin;
    }

    /// <summary>Where it was found, for messages.</summary>
    public string Origin { get; }

    /// <summary>Just made, because there is no file: it can open no key ring that exists.</summary>
    public bool IsNew => !_isKept;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>As it is configured. Only for whoever is to keep a copy.</summary>
    public string Reveal() => Convert.ToBase64String(_bytes);

    /// <summary>Whether somebody has a copy: its last 6 characters, or the 6 before the padding.</summary>
    public bool EndsWith(string? typed)
    {
        const int Shown = 6;
        var entered = typed?.Trim() ?? "";
        var (whole, bare) = (Reveal(), Reveal().TrimEnd('='));
        return entered.Length == Shown && (entered == whole[^Shown..] || entered == bare[^Shown..]);
    }

    public override string ToString() => $"master key from {Origin}";

    /// <exception cref="MasterKeyException">Absent, unreadable or not 32 bytes of base64.</exception>
    public static MasterKey Load(IConfiguration configuration, DataDirectory dataDirectory, bool embedded)
    {
        if (configuration["BackupApp:MasterKey"] is { Length: > 0 } text)
            return Parse(text, "BackupApp__MasterKey");
        if (configuration["BackupApp:MasterKeyFile"] is { Length: > 0 } path)
            return Read(path);
        if (!embedded)
        {
            throw new MasterKeyException(
                "No master key is configured. Set BackupApp__MasterKey (for example to the output of 'openssl rand -base64 32') "
                + "or BackupApp__MasterKeyFile, "
                    + "and keep a copy: without it nobody can decrypt the stored credentials.");
        }

        var own = dataDirectory.Combine("master.key");
        return File.Exists(own) ? ReadOwn(own) : new MasterKey(RandomNumberGenerator.GetBytes(Length), own) { _isKept = false };
    }

    /// <summary>
    /// Writes a new key's file, 0600. Before the first secret is encrypted with it; nothing to do for a key that was found.
    /// </summary>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public void Keep()
    {
        if (_isKept)
            return;

        // Written under another name first: a key file that a power cut left half-written would lock everybody out.
        var draft = Origin + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = DataDirectory.OwnerFile,
        };
        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(_bytes) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, Origin);
        _isKept = true;
    }

    private static MasterKey ReadOwn(string path)
    {
        try
        {
            DataDirectory.Close(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MasterKeyException(e.Message, e);
        }

        return Read(path);
    }

    private static MasterKey Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"The master key file {path} cannot be read: {e.Message}", e);
        }
    }

    private static MasterKey Parse(string text, string origin)
    {
        var bytes = new byte[Length + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var count) && count == Length
            ? new MasterKey(bytes[..Length], origin)
            : throw new MasterKeyException(
                $"The master key in {origin} is not {Length} bytes of base64. 'openssl rand -base64 32' makes a new one.");
    }
}

/// <summary>
/// The master key is missing, unreadable or not the one that the database was encrypted with. The message is for the operator.
/// </summary>
public sealed class MasterKeyException(string message, Exception? inner = null) : Exception(message, inner);
