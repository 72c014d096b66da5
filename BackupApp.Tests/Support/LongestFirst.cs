using System.Reflection;
using BackupApp.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace BackupApp.Tests.Support;

/// <summary>
/// What takes longest begins first, so that nobody waits for one class in the end: collections of many classes, and classes with
/// the trait <c>kind=slow</c>.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly IReadOnlyList<string> Slow =
    [
        .. typeof(LongestFirst).Assembly.GetTypes()
            .Where(t => t.GetCustomAttributes<TraitAttribute>().Any(a => (a.Name, a.Value) == ("kind", "slow")))
            .Select(t => $" {t.FullName} "),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c => c.TestCollectionClassName is not null || Slow.Any(Names(c)))];

    // The collection of a class by itself says which class it is only there.
    private static Func<string, bool> Names(ITestCollection collection) =>
        name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal);
}
