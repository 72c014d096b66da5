using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;status-badge value="running" /&gt;</c>: the state of a job (queued, running, success, failed, partial, canceled) or of a part of
/// it (also pending) as colour, icon and word, so that colour never speaks alone. Case does not matter; an unknown value is shown neutral.
/// </summary>
[HtmlTargetElement("status-badge", TagStructure = TagStructure.WithoutEndTag)]
public sealed class StatusBadgeTagHelper : TagHelper
{
    public required string Value { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (tone, icon, text) = Look(Value);
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", $"badge status-badge status-{tone}");
        output.Content.AppendHtml(IconTagHelper.Svg(View, icon, tone == "running" ? "icon-spin" : null));
        output.Content.Append(text);
    }

    private static (string Tone, string Icon, string Text) Look(string value) => value.ToUpperInvariant() switch
    {
        "QUEUED" => ("queued", "clock", "Queued"),
        "PENDING" => ("queued", "clock", "Pending"),
        "RUNNING" => ("running", "loader-2", "Running"),
        "SUCCESS" => ("success", "circle-check", "Success"),
        "FAILED" => ("failed", "circle-x", "Failed"),
        "PARTIAL" => ("partial", "alert-triangle", "Partial"),
        "CANCELED" => ("canceled", "ban", "Canceled"),
        _ => ("queued", "info-circle", value),
    };
}
