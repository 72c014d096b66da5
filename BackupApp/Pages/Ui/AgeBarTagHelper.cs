using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;age-bar age="…" promise="…" /&gt;</c>: how old the newest good backup is and may get, in figures and as a bar with a tick at
/// the promise; what is past it is hatched. Without an age there is no good backup; without a promise there is no bar.
/// </summary>
[HtmlTargetElement("age-bar", TagStructure = TagStructure.WithoutEndTag)]
public sealed class AgeBarTagHelper : TagHelper
{
    public TimeSpan? Age { get; set; }

    public TimeSpan? Promise { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "age");
        if (Age is not { } age)
        {
            output.Content.AppendHtml("""<span class="age-none">no good backup</span>""");
            return;
        }

        var words = BackupApp.Protection.Ages.Words(age);
        if (Promise is not { } promise || promise <= TimeSpan.Zero)
        {
            output.Content.Append(words);
            return;
        }

        output.Content.AppendHtml("""<span class="age-figures">""").Append($"{words} / {BackupApp.Protection.Ages.Words(promise)}");
        output.Content.AppendHtml("</span>").AppendHtml(Svg(AgeBar.Of(age, promise)));
    }

    private static string Svg(AgeBar bar) =>
        $"""<svg class="age-bar" viewBox="0 0 {AgeBar.Width} {AgeBar.Height}" width="{AgeBar.Width}" height="{AgeBar.Height}" """
        + $"""aria-hidden="true"><rect class="age-track" y="2" width="{AgeBar.Width}" height="4"/>"""
        + $"""<rect class="age-old" y="2" width="{bar.Filled}" height="4"/>"""
        + (bar.Hatch is null ? "" : $"""<path class="age-over" d="{bar.Hatch}"/>""")
        + $"""<rect class="age-tick" x="{bar.Tick - 1}" width="1" height="{AgeBar.Height}"/></svg>""";
}
