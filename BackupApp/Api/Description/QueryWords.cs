namespace BackupApp.Api;

/// <summary>What query parameters mean, for those that several lists share.</summary>
internal static class QueryWords
{
    public static string? Of(string name) => name switch
    {
        "limit" => "Rows of a page, 1 to 200.",
        "cursor" => "The value of `cursors.next` from the page before.",
        "query" => "A part of the name, in any case.",
        "search" => "A part of the name (of a bucket or its endpoint, of a table and its schema), in any case.",
        "sort" => "By name, rows or bytes.",
        "descending" => "The largest first, or names from their end.",
        "database" => "Of a whole server, the database.",
        "schema" => "Of the table; of MongoDB the database.",
        "table" => "Its name, without the schema.",
        "since" => "Only from this time on.",
        "until" => "Only before this time.",
        "wait" => "How long to wait for the state to change, such as `30s`; at most 120s.",
        "days" => "How far to look back.",
        "datasourceIDs" => "Only of these data sources. Give it several times for several.",
        "status" => "Only in this state.",
        "trigger" => "Only by the schedule, or only by hand.",
        "policyId" => "Only of this policy.",
        "cursorCreatedAt" => "`nextCursorCreatedAt` from the page before, together with `cursorId`.",
        "cursorId" => "`nextCursorId` from the page before.",
        "actions" => "Only these actions, such as `backup_job.failed`. Give it several times for several.",
        "targetTypes" => "Only these kinds of target, such as `datasource`. Give it several times for several.",
        "targetId" => "Only about this one.",
        "actorIds" => "Only by these people or tokens. Give it several times for several.",
        "ownership" => "Only the server's own storage, or only added buckets.",
        "unverifiedOnly" => "Only added buckets whose last test failed.",
        _ => null,
    };
}
