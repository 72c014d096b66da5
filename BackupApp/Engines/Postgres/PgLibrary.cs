using System.ComponentModel;
using System.Diagnostics;

namespace BackupApp.Engines.Postgres;

/// <summary>What the libpq of a tool can do: it is a file of its own, often newer than the tool.</summary>
internal static class PgLibrary
{
    private const string Understood = "invalid require_auth value";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The library (16 or newer) refuses a server that asks for the password in the clear, when told to. It is asked with a value
    /// that no libpq takes: one that knows the parameter says so before it contacts anything, and whatever else is said counts as no.
    /// </summary>
    /// <param name="program">A pg_dump, or a pg_dumpall, which keeps libpq's words to itself: the pg_dump beside it is asked.</param>
    public static async Task<bool> KnowsRequireAuthAsync(string program, CancellationToken cancellationToken)
    {
        var asked = Path.Combine(Path.GetDirectoryName(program) ?? "", "pg_dump");
        var start = new ProcessStartInfo(asked, ["--no-password", "--dbname=require_auth=no_such_method host=/nonexistent"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["HOME"] = "/nonexistent";
        try
        {
            using var process = Process.Start(start)!;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            try
            {
                process.StandardInput.Close();
                var output = process.StandardOutput.ReadToEndAsync(limit.Token);
                var said = await process.StandardError.ReadToEndAsync(limit.Token);
                await output;
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode != 0 && said.Contains(Understood, StringComparison.Ordinal);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
