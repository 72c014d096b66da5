using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

public enum WhenStyle
{
    /// <summary>"23 Nov 04:30 · 3 min ago".</summary>
    Both,

    /// <summary>"3 min ago".</summary>
    Relative,

    /// <summary>"23 Nov 04:30".</summary>
    Absolute,
}

/// <summary>
/// <c>&lt;when value="@job.StartedAt" show="Relative" /&gt;</c>: a moment in the viewer's zone with its age; the exact time of it
/// is its tool tip. With JavaScript the age keeps counting. Null is <c>empty</c> (an en dash).
/// </summary>
[HtmlTargetElement("when", TagStructure = TagStructure.WithoutEndTag)]
public sealed class WhenTagHelper(TimeProvider time) : TagHelper
{
    public DateTimeOffset? Value { get; set; }

    public WhenStyle Show { get; set; } = WhenStyle.Both;

    public string Empty { get; set; } = "–";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (Value is not { } value)
        {
            output.TagName = "span";
            output.Content.SetContent(Empty);
            return;
        }

        var (zone, now) = (ViewerZone.Of(View.HttpContext), time.GetUtcNow());
        ViewerZone.NoteUse(View.HttpContext);
        output.TagName = "time";
        output.Attributes.SetAttribute("class", "when");
        output.Attributes.SetAttribute("datetime", value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", zone.Exact(value));
        output.Attributes.SetAttribute("data-when", "");
        if (Show != WhenStyle.Relative)
            output.Content.AppendHtml(Part("absolute", zone.InWords(value, now)));
        if (Show == WhenStyle.Both)
            output.Content.Append(" ");
        if (Show != WhenStyle.Absolute)
            output.Content.AppendHtml(Part("relative", Quantity.Relative(value, now)));
    }

    private static TagBuilder Part(string name, string text)
    {
        var span = new TagBuilder("span");
        span.Attributes["data-when-" + name] = "";
        span.InnerHtml.Append(text);
        return span;
    }
}
