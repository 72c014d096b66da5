using BackupApp.Data;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;protection-badge word="state.Word" title="state.Title" /&gt;</c>: a source's state as word and shape; colour never
/// speaks alone.
/// </summary>
[HtmlTargetElement("protection-badge", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ProtectionBadgeTagHelper : TagHelper
{
    public required ProtectionWord Word { get; set; }

    /// <summary>Null for the word itself.</summary>
    public string? Title { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"protection protection-{Word.ToSnakeCase().Replace('_', '-')}");
        output.Content.AppendHtml(IconTagHelper.Svg(View, Icon(Word)));
        output.Content.Append(Title ?? Word.Title());
    }

    private static string Icon(ProtectionWord word) => word switch
    {
        ProtectionWord.Unprotected => "shield-off",
        ProtectionWord.Damaged => "shield-x",
        ProtectionWord.Overdue => "clock-exclamation",
        ProtectionWord.Failing => "alert-triangle",
        ProtectionWord.Unscheduled => "calendar-off",
        ProtectionWord.Paused => "player-pause",
        ProtectionWord.AtRisk => "circle-half-2",
        _ => "check",
    };
}
