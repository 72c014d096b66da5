using System.ComponentModel;
using System.Diagnostics;

namespace BackupApp.Hosting.Embedded;

/// <summary>Runs a short-lived program and keeps what it prints.</summary>
internal static class ServerProgram
{
    private static readonly string SearchPath = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";

    /// <returns>Exit code, and standard output and error one after the other.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Not its tree: a server that pg_ctl just started must be stopped, never killed.
            process.Kill();
            throw;
        }

        return (process.ExitCode, (await output + await error).Trim());
    }

    /// <summary>The program's output; what it prints becomes the exception's message when it fails.</summary>
    public static async Task<string> DemandAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await RunAsync(program, arguments, cancellationToken);
        return exitCode == 0
            ? output
            : throw new EmbeddedPostgresException($"{Path.GetFileName(program)} failed with exit code {exitCode}: {output}");
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A user that may not enter our own working directory must still be able to start.
            WorkingDirectory = "/",
        };
        // Nothing of ours goes along: the environment may hold the master key, and a PG… variable
        // would change what PostgreSQL's programs do.
        start.Environment.Clear();
        start.Environment["PATH"] = SearchPath;
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new EmbeddedPostgresException($"The program '{program}' cannot be started: {e.Message}", e);
        }
    }
}
