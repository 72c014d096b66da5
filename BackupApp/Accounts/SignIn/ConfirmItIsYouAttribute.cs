using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// On a page model: its handlers run only after <see cref="ConfirmedIdentity"/>; others are sent to the page that asks, and come back.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConfirmItIsYouAttribute : Attribute, IAsyncPageFilter
{
    /// <summary>Names of the handlers that need it. None: all, and the page itself.</summary>
    public string[] Handlers { get; init; } = [];

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var isFree = Handlers.Length > 0 && !Handlers.Contains(context.HandlerMethod?.Name);
        if (isFree || await ConfirmedIdentity.IsFreshAsync(context.HttpContext))
        {
            await next();
            return;
        }

        // What was posted is not kept: the page is shown again, and the button pressed once more.
        var request = context.HttpContext.Request;
        var query = HttpMethods.IsGet(request.Method) ? request.QueryString : QueryString.Empty;
        var returnUrl = request.PathBase + request.Path + query;
        context.Result = new RedirectToPageResult("/Account/Manage/Confirm", new { area = "Identity", returnUrl });
    }
}
