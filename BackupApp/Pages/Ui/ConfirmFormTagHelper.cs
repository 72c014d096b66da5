using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// A destructive form that asks first. The form moves into a dialog and a button that opens it stands in its place; the form's
/// content is what the dialog says. The browser's own popover does it, so it needs no JavaScript, closes with Escape and
/// gives the focus back; where scripts run, site.js opens it as a modal dialog instead, which keeps the focus within it.
/// <code>
/// &lt;form method="post" asp-page-handler="Delete" confirm-button="Delete" confirm-icon="trash"
///       confirm-title="Delete this backup?" confirm-submit="Delete backup"&gt;The file cannot be restored.&lt;/form&gt;
/// </code>
/// </summary>
[HtmlTargetElement("form", Attributes = "confirm-button,confirm-title,confirm-submit")]
public sealed class ConfirmFormTagHelper : TagHelper
{
    /// <summary>What the opening button says.</summary>
    public required string ConfirmButton { get; set; }

    /// <summary>The question.</summary>
    public required string ConfirmTitle { get; set; }

    /// <summary>What the button that does it says: a verb and its object, not "Yes".</summary>
    public required string ConfirmSubmit { get; set; }

    /// <summary>
    /// What the button that does nothing says. Never "Cancel", which beside "Cancel backup" could be either. Null for the usual words.
    /// </summary>
    public string? ConfirmKeep { get; set; }

    public string? ConfirmIcon { get; set; }

    /// <summary>Classes of the opening button.</summary>
    public string ConfirmClass { get; set; } = "btn btn-outline-danger";

    /// <summary>Classes of the button that does it.</summary>
    public string ConfirmSubmitClass { get; set; } = "btn btn-danger";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        // Unique within a page and across the fragments that later replace parts of it.
        var id = $"confirm-{Guid.NewGuid():N}";
        output.PreElement.AppendHtml(Opener(id));
        output.PreElement.AppendHtml($"""<dialog popover closedby="any" id="{id}" class="confirm" aria-labelledby="{id}-title">""");
        output.PreContent.AppendHtml($"""<h2 class="confirm-title" id="{id}-title">""").Append(ConfirmTitle);
        output.PreContent.AppendHtml("""</h2><div class="confirm-text">""");
        output.PostContent.AppendHtml("""</div><div class="confirm-actions">""");
        output.PostContent.AppendHtml(
            $"""<button type="button" class="btn" popovertarget="{id}" popovertargetaction="hide" autofocus>""");
        output.PostContent.Append(Keep).AppendHtml("</button>");
        output.PostContent.AppendHtml(Button("submit", ConfirmSubmitClass, ConfirmSubmit));
        output.PostContent.AppendHtml("</div>");
        output.PostElement.AppendHtml("</dialog>");
    }

    private string Keep => !string.IsNullOrEmpty(ConfirmKeep) ? ConfirmKeep
        : ConfirmSubmit.StartsWith("Cancel", StringComparison.Ordinal) ? "Keep it running"
        : ConfirmSubmit.StartsWith("Delete", StringComparison.Ordinal) ? "Keep it"
        : "Go back";

    private TagBuilder Opener(string id)
    {
        var button = Button("button", ConfirmClass, ConfirmButton);
        button.Attributes["popovertarget"] = id;
        return button;
    }

    private TagBuilder Button(string type, string cssClass, string text)
    {
        var button = new TagBuilder("button");
        button.Attributes["type"] = type;
        button.AddCssClass(cssClass);
        if (!string.IsNullOrEmpty(ConfirmIcon))
            button.InnerHtml.AppendHtml(IconTagHelper.Svg(View, ConfirmIcon));
        button.InnerHtml.Append(text);
        return button;
    }
}
