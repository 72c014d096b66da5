using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace BackupApp.Tests.Support;

/// <summary>
/// Looks for texts in every form in which they might have leaked: as they are, URL-encoded, as JSON, as HTML, in base64 and in hex.
/// </summary>
public sealed class SecretSearch
{
    private readonly List<(string Name, string Form, string Text)> _forms = [];

    /// <param name="secrets">Name → text.</param>
    public SecretSearch(IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var (name, secret) in secrets)
        {
            Add(name, "plain", secret);
            Add(name, "URL", Uri.EscapeDataString(secret));
            Add(name, "form", System.Net.WebUtility.UrlEncode(secret));
            Add(name, "HTML", System.Net.WebUtility.HtmlEncode(secret));
            Add(name, "JSON", JsonSerializer.Serialize(secret)[1..^1]);
            Add(name, "SQL", secret.Replace("'", "''", StringComparison.Ordinal));
            var bytes = Encoding.UTF8.GetBytes(secret);
            Add(name, "hex", Convert.ToHexString(bytes));
            // Within a longer text base64 depends on where it starts, and its edges on its neighbours.
            for (var shift = 0; shift < 3; shift++)
                Add(name, "base64", Convert.ToBase64String([.. new byte[shift], .. bytes])[4..^4]);
        }
    }

    /// <summary>Name, form and place of everything found; never the text itself.</summary>
    public IReadOnlyList<string> Find(string place, string text) =>
        [.. _forms.Where(f => text.Contains(f.Text, StringComparison.OrdinalIgnoreCase)).Select(f => $"{f.Name} ({f.Form}) in {place}")];

    public IReadOnlyList<string> FindInFiles(IEnumerable<string> files) =>
        [.. files.SelectMany(file => Find(file, Encoding.Latin1.GetString(File.ReadAllBytes(file))))];

    private void Add(string name, string form, string text) => _forms.Add((name, form, text));
}

/// <summary>
/// Collects the command lines of all processes of the machine, and the environments of the app's tools, again and again,
/// until it is stopped.
/// </summary>
public sealed class CommandLines : IDisposable
{
    private readonly ConcurrentDictionary<string, byte> _seen = new();
    private readonly ConcurrentDictionary<string, byte> _environments = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly string _parent;

    /// <param name="app">Other tests' dump tools, which run meanwhile, are not its own.</param>
    public CommandLines(AppProcess app)
    {
        _parent = $"PPid:\t{app.Id}\n";
        _thread = new Thread(Sample) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How often all processes were looked at.</summary>
    public int Rounds { get; private set; }

    /// <summary>What the dump tools were told by their environment.</summary>
    public IReadOnlyCollection<string> Environments => [.. _environments.Keys];

    public IReadOnlyCollection<string> Stop()
    {
        _stop.Cancel();
        _thread.Join();
        return [.. _seen.Keys];
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Sample()
    {
        do
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
            {
                try
                {
                    var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                    _seen.TryAdd(command, 0);
                    if (Path.GetFileName(command.Split('\0')[0]) is "pg_dump" or "pg_dumpall" or "mongodump" or "pg_restore"
                        && File.ReadAllText(Path.Combine(folder, "status")).Contains(_parent, StringComparison.Ordinal))
                        _environments.TryAdd(File.ReadAllText(Path.Combine(folder, "environ")), 0);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    continue; // It ended in the meantime.
                }
            }
            Rounds++;
        }
        while (!_stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(5)));
    }
}
