namespace BackupApp.Tests.Accounts;

internal static partial class AuthorizationMatrix
{
    private const string Contents = """
        # What is in a backup, its warnings and their rules
        s+++ ss ssss  GET /DataSources/{id:guid}/Contents
        s+++ ss ssss  GET /DataSources/{id:guid}/Contents?handler=Csv
        s3++ ss ssss  POST /DataSources/{id:guid}/Contents?handler=Rules
        s+++ ss ssss  GET /DataSources/{id:guid}/Table
        s+++ ss ssss  GET /Jobs/{id:guid}/Contents
        s+++ ss ssss  GET /Jobs/{id:guid}/Contents?handler=Csv
        s3++ ss ssss  POST /Jobs/{id:guid}/Contents?handler=Silence
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/backups/{jobId}/contents
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/backups/{jobId}/contents/changes
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/backups/{jobId}/warnings/{warningId}/silence
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/table-history
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/warning-rules
        1333 11 33++  PATCH /api/v1/datasources/{datasourceId}/warning-rules
        """;
}
