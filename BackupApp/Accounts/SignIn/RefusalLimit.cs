namespace BackupApp.Accounts.SignIn;

/// <summary>
/// Which refusals are worth a line: the same one every ten minutes, and twenty an hour of one
/// actor. A client in a loop is told of, and does not fill the log. Each process counts for itself.
/// </summary>
internal sealed class RefusalLimit(TimeProvider time)
{
    public const int MostAnHour = 20;

    public static readonly TimeSpan Same = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // People and tokens that exist: the number only says when to tidy up.
    private const int ManyActors = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Told> _actors = [];

    /// <returns>Null: this one is not told. Else how many of the actor's were not told before it.</returns>
    public int? Admit(string actor, string refusal)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_actors.Count > ManyActors)
                Forget(now);
            if (!_actors.TryGetValue(actor, out var told))
                _actors[actor] = told = new Told(now);
            return told.Admit(refusal, now);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (actor, _) in _actors.Where(a => now - a.Value.Since >= Window).ToList())
            _actors.Remove(actor);
    }

    private sealed class Told(DateTimeOffset since)
    {
        private readonly Dictionary<string, DateTimeOffset> _last = [];
        private int _count;
        private int _untold;

        public DateTimeOffset Since { get; private set; } = since;

        public int? Admit(string refusal, DateTimeOffset now)
        {
            if (now - Since >= Window)
            {
                Since = now;
                _count = 0;
                _last.Clear();
            }

            var isSame = _last.TryGetValue(refusal, out var last) && now - last < Same;
            if (isSame || _count >= MostAnHour)
            {
                _untold++;
                return null;
            }

            _last[refusal] = now;
            _count++;
            var untold = _untold;
            _untold = 0;
            return untold;
        }
    }
}
