using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;copyable text="@Model.RestoreCommand" label="Restore command" /&gt;</c>: text in a monospaced block with a copy button
/// (hidden without JavaScript; the text can be selected in any case).
/// </summary>
[HtmlTargetElement("copyable", TagStructure = TagStructure.WithoutEndTag)]
public sealed class CopyableTagHelper : TagHelper
{
    public required string Text { get; set; }

    /// <summary>What it is; names the block for assistive technology.</summary>
    public required string Label { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var id = $"copy-{Guid.NewGuid():N}";
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "copyable");

        var block = new TagBuilder("pre");
        block.Attributes["id"] = id;
        block.Attributes["role"] = "group";
        block.Attributes["aria-label"] = Label;
        block.InnerHtml.Append(Text);
        output.Content.AppendHtml(block);
        output.Content.AppendHtml(CopyButtonTagHelper.Button(View, "data-copy", "#" + id));
    }
}

/// <summary><c>&lt;copy-button text="..." /&gt;</c>: a copy button alone, for text that stands elsewhere.</summary>
[HtmlTargetElement("copy-button", TagStructure = TagStructure.WithoutEndTag)]
public sealed class CopyButtonTagHelper : TagHelper
{
    public required string Text { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.SetHtmlContent(Button(View, "data-copy-text", Text));
    }

    internal static TagBuilder Button(ViewContext view, string attribute, string value)
    {
        var label = new TagBuilder("span");
        label.Attributes["data-copy-label"] = "";
        label.Attributes["aria-live"] = "polite";
        label.InnerHtml.Append("Copy");

        var button = new TagBuilder("button");
        button.Attributes["type"] = "button";
        button.Attributes["class"] = "btn btn-sm js-only";
        button.Attributes[attribute] = value;
        button.InnerHtml.AppendHtml(IconTagHelper.Svg(view, "copy")).AppendHtml(label);
        return button;
    }
}
