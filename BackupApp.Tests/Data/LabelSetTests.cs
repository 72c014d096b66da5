using BackupApp.Data;

namespace BackupApp.Tests.Data;

public sealed class LabelSetTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("team=shop", "team=shop")]
    [InlineData(" team = shop \r\n\r\n tier=1 ", "team=shop,tier=1")]
    [InlineData("tier=1, team=shop", "team=shop,tier=1")]
    [InlineData("a.b_c-9=x=y", "a.b_c-9=x=y")]
    [InlineData("empty=", "empty=")]
    public void Lines_or_commas_are_read_into_the_order_of_their_keys(string text, string pairs)
    {
        var problems = new Dictionary<string, string>();

        var labels = LabelSet.Read(text, "Labels", problems);

        Assert.Empty(problems);
        Assert.Equal(pairs, string.Join(',', labels.Pairs));
        Assert.Equal(labels, LabelSet.Read(labels.Text, "Labels", problems));
    }

    [Theory]
    [InlineData("team", "\"team\" is no label: write each as key=value, such as team=shop.")]
    [InlineData("=shop", "\"=shop\" is no label: write each as key=value, such as team=shop.")]
    [InlineData("Team=shop", "\"Team\" cannot be a key: 1 to 63 of a to z, 0 to 9, dot, dash and underscore.")]
    [InlineData("a team=shop", "\"a team\" cannot be a key: 1 to 63 of a to z, 0 to 9, dot, dash and underscore.")]
    [InlineData("team=shop\nteam=crm", "\"team\" is there twice: give it one value.")]
    [InlineData("team=a\tb", "The value of \"team\" has to be one line of at most 255 characters, without commas.")]
    public void What_is_wrong_says_what_to_do(string text, string problem)
    {
        var problems = new Dictionary<string, string>();

        Assert.Equal(0, LabelSet.Read(text, "Labels", problems).Count);

        Assert.Equal(problem, problems["Labels"]);
    }

    [Theory]
    [InlineData(20, 63, 255, true)]
    [InlineData(21, 63, 255, false)]
    [InlineData(1, 64, 255, false)]
    [InlineData(1, 63, 256, false)]
    public void The_limits(int count, int key, int value, bool fits)
    {
        var problems = new Dictionary<string, string>();
        var lines = Enumerable.Range(0, count).Select(n => $"{n.ToString("D2", null).PadRight(key, 'k')}={new string('v', value)}");

        var labels = LabelSet.Read(string.Join('\n', lines), "Labels", problems);

        Assert.Equal((fits, fits ? count : 0), (problems.Count == 0, labels.Count));
    }

    [Fact]
    public void One_by_one_they_are_held_to_the_same_rules()
    {
        var problems = new Dictionary<string, string>();
        LabelSet.Read(new Dictionary<string, string> { ["team"] = "a,b" }, "labels", problems);
        Assert.Contains("without commas", problems["labels"], StringComparison.Ordinal);

        problems.Clear();
        LabelSet.Read(new Dictionary<string, string> { ["a\nb=c"] = "x" }, "labels", problems);
        Assert.Contains("cannot be a key", problems["labels"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_source_has_itself_outweighs_what_its_policies_have()
    {
        Assert.Equal(
            ["team=shop", "tier=1", "tier=2", "zone=eu"],
            Of("team=shop").With([Of("team=crm,tier=1"), Of("tier=2,zone=eu"), Of("zone=eu")]));
    }

    private static LabelSet Of(string text) => LabelSet.Read(text, "Labels", new Dictionary<string, string>());
}
