using BackupApp.Engines.Restores;
using BackupApp.Errors;

namespace BackupApp.Restores.Batches;

/// <summary>Looks at the target of each of a batch before anything happens, several at once.</summary>
public sealed class BatchProbes(IServiceScopeFactory scopes)
{
    private const int AtOnce = 4;

    /// <returns>In the order of the input's items.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<IReadOnlyList<TargetProbe>> RunAsync(BatchInput input, CancellationToken cancellationToken)
    {
        var found = new TargetProbe[input.Items.Count];
        if (found.Length == 0)
            return found;
        found[0] = await LookAsync(input, 0, cancellationToken);
        // A server that answers nobody is not asked for each of them: somebody waits for the page.
        if (!input.IsBeside && found[0] is { Ok: false, ServerVersion: null } silent && IsOfTheServer(silent))
        {
            Array.Fill(found, silent);
            return found;
        }

        await Parallel.ForEachAsync(
            Enumerable.Range(1, found.Length - 1),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (number, token) => found[number] = await LookAsync(input, number, token));
        return BatchChecks.WithoutDoubles(input, found);
    }

    private async Task<TargetProbe> LookAsync(BatchInput input, int number, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var probes = scope.ServiceProvider.GetRequiredService<RestoreProbes>();
            return (await probes.RunAsync(input.ToInput(input.Items[number]), cancellationToken)).Target;
        }
        catch (InvalidInputException e)
        {
            return BatchChecks.Refusal(string.Join(' ', e.Problems.Values.Distinct()));
        }
        catch (ConflictException e)
        {
            return BatchChecks.Refusal(e.Message);
        }
    }

    private static bool IsOfTheServer(TargetProbe probe) =>
        probe.Code is "network_unreachable" or "timeout" or "auth_failed" or "tls_error";
}
