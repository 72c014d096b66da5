using BackupApp.Runs;

namespace BackupApp.Tests.Runs;

public sealed class RunProgressTests
{
    [Fact]
    public void What_a_tool_says_can_be_followed_before_its_log_is_added()
    {
        var progress = new RunProgress();
        var said = "";
        Assert.Null(Grown(progress));
        progress.Listen(null, () => said);
        Assert.Null(Grown(progress));

        said = "pg_dump: warning: one";
        Assert.Equal(said, Grown(progress));
        Assert.Null(Grown(progress));

        said += "\npg_dump: warning: two";
        Assert.Equal(said, Grown(progress));
        progress.AddToolLog(null, said);
        Assert.Null(Grown(progress));
        Assert.Equal(said, progress.ToRecord().ToolLog);
    }

    [Fact]
    public void Of_several_tools_each_is_named_and_those_before_stay()
    {
        var progress = new RunProgress();
        progress.Listen("shop", () => "first");
        Assert.Equal("shop:\nfirst", Grown(progress));
        progress.AddToolLog("shop", "first");
        progress.Listen("crm", () => "second");

        Assert.Equal("shop:\nfirst\n\ncrm:\nsecond", Grown(progress));
        progress.AddToolLog("crm", "second");
        Assert.Equal("shop:\nfirst\n\ncrm:\nsecond", progress.ToRecord().ToolLog);
    }

    private static string? Grown(RunProgress progress) => progress.TakeNewLog();
}
