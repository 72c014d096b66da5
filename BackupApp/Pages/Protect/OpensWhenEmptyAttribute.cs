using BackupApp.Accounts;
using BackupApp.FirstRun;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace BackupApp.Pages.Protect;

/// <summary>On the dashboard's model: while there has never been a data source, whoever may add one begins with that.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpensWhenEmptyAttribute : Attribute, IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var request = context.HttpContext;
        if (HttpMethods.IsGet(request.Request.Method)
            && request.User.Can(Permission.Operate)
            && await request.RequestServices.GetRequiredService<ChecklistReader>().IsEmptyAsync(request.RequestAborted))
            context.Result = new RedirectToPageResult("/Protect/Index");
        else
            await next();
    }
}
