using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// A whole form field: label, control, hint and validation message, tied together by aria-describedby.
/// <code>&lt;field asp-for="Input.Port" label="Port" hint="5432 unless the server was set up otherwise." /&gt;</code>
/// The control follows the property (bool: check box; [DataType] and [EmailAddress]: their types). <c>type</c> overrides it,
/// <c>items</c> makes a select, <c>rows</c> a text area. Other attributes (placeholder, autocomplete...) go to the control.
/// </summary>
[HtmlTargetElement("field", Attributes = "asp-for", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldTagHelper(IHtmlGenerator generator) : TagHelper
{
    private const string FirstWrong = "FieldTagHelper.FirstWrong";

    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    /// <summary>Null: the property's display name.</summary>
    public string? Label { get; set; }

    public string? Hint { get; set; }

    public string? Type { get; set; }

    public IEnumerable<SelectListItem>? Items { get; set; }

    public int? Rows { get; set; }

    /// <summary>Null: required when the property is (never for a check box).</summary>
    public bool? Required { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    private string FullName => View.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);

    private bool IsCheckBox => Type is null && Items is null && For.Metadata.UnderlyingOrModelType == typeof(bool);

    private bool IsInvalid => View.ModelState.GetFieldValidationState(FullName) == ModelValidationState.Invalid;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var id = TagBuilder.CreateSanitizedId(FullName, "_");
        var required = !IsCheckBox && (Required ?? For.Metadata.IsRequired);
        var control = await ControlAsync(context, output.Attributes, id, required);

        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", "mb-3");
        if (IsCheckBox)
            output.Content.AppendHtml("""<div class="form-check mb-0">""")
                .AppendHtml(control)
                .AppendHtml(LabelFor("form-check-label"))
                .AppendHtml("</div>");
        else
            output.Content.AppendHtml(LabelFor(required ? "form-label required" : "form-label")).AppendHtml(control);
        output.Content.AppendHtml(Message(id));
        if (!string.IsNullOrEmpty(Hint))
            output.Content.AppendHtml($"""<div class="form-hint" id="{id}-hint">""").Append(Hint).AppendHtml("</div>");
    }

    private async Task<IHtmlContent> ControlAsync(TagHelperContext context, TagHelperAttributeList given, string id, bool required)
    {
        var attributes = new TagHelperAttributeList(given);
        var cssClass = IsCheckBox ? "form-check-input" : Items is null ? "form-control" : "form-select";
        attributes.SetAttribute("class", IsInvalid ? cssClass + " is-invalid" : cssClass);
        attributes.SetAttribute("aria-describedby", string.IsNullOrEmpty(Hint) ? $"{id}-error" : $"{id}-error {id}-hint");
        if (IsInvalid)
            attributes.SetAttribute("aria-invalid", "true");
        // The first wrong one has the focus when the page comes back, and no other.
        if (View.ModelState.Any(e => e.Key.Length > 0 && e.Value?.ValidationState == ModelValidationState.Invalid))
            attributes.RemoveAll("autofocus");
        if (IsInvalid && View.HttpContext.Items.TryAdd(FirstWrong, true))
            attributes.SetAttribute("autofocus", "autofocus");
        if (required)
            attributes.SetAttribute("required", "required");

        var (name, helper) = Control();
        if (Type is not null)
            attributes.SetAttribute("type", Type);
        if (Rows is not null)
            attributes.SetAttribute("rows", Rows);
        var output = new TagHelperOutput(name, attributes, (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()))
        {
            TagMode = name == "input" ? TagMode.SelfClosing : TagMode.StartTagAndEndTag,
        };
        helper.Init(context);
        await helper.ProcessAsync(context, output);
        return output;
    }

    private (string Name, TagHelper Helper) Control()
    {
        if (Items is not null)
            return ("select", new SelectTagHelper(generator) { For = For, Items = Items, ViewContext = View });
        if (Rows is not null)
            return ("textarea", new TextAreaTagHelper(generator) { For = For, ViewContext = View });
        return ("input", new InputTagHelper(generator) { For = For, InputTypeName = Type, ViewContext = View });
    }

    private TagBuilder LabelFor(string cssClass) =>
        generator.GenerateLabel(View, For.ModelExplorer, For.Name, Label, new { @class = cssClass });

    // Without client validation and without an error there is no message at all.
    private TagBuilder? Message(string id)
    {
        var message = generator.GenerateValidationMessage(
            View, For.ModelExplorer, For.Name, message: null, tag: "div", htmlAttributes: new { id = id + "-error" });
        message?.AddCssClass("invalid-feedback");
        return message;
    }
}
