namespace BackupApp.Tests.Accounts;

internal static partial class AuthorizationMatrix
{
    private const string ApiTable = """
        # The API. A session alone reads; whatever changes something takes a token. Its description is for everybody.
        ++++ ++ ++++  GET /openapi/v1.json
        1+++ 11 3+++  GET /api/v1/account/sessions/
        1333 11 3+++  DELETE /api/v1/account/sessions/
        1333 11 3+++  DELETE /api/v1/account/sessions/{sessionId}
        1+++ 11 3+++  GET /api/v1/audit-log/
        1+++ 11 3+++  GET /api/v1/audit-log/actors
        1+++ 11 3+++  GET /api/v1/backup-policies/
        1333 11 33++  POST /api/v1/backup-policies/
        1333 11 33++  DELETE /api/v1/backup-policies/{id}
        1+++ 11 3+++  GET /api/v1/backup-policies/{id}
        1333 11 33++  PATCH /api/v1/backup-policies/{id}
        1+++ 11 3+++  GET /api/v1/backups
        1+++ 11 ++++  GET /api/v1/backups/{jobId}
        1+++ 11 3+++  GET /api/v1/datasources/
        1333 11 33++  POST /api/v1/datasources/
        1333 11 33++  POST /api/v1/datasources/protect
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/backup-history
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/backups
        1333 11 +3++  POST /api/v1/datasources/{datasourceId}/backups/run-now
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/backups/run-now to a destination
        1333 11 33++  DELETE /api/v1/datasources/{datasourceId}/backups/{jobId}
        1+++ 11 ++++  GET /api/v1/datasources/{datasourceId}/backups/{jobId}
        1333 11 33++  PATCH /api/v1/datasources/{datasourceId}/backups/{jobId}
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/backups/{jobId}/artifacts
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/backups/{jobId}/artifacts/{artifactId}/download-link
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/backups/{jobId}/cancel
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/backups/{jobId}/download-link
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/backups/{jobId}/restore-script
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/backups/{jobId}/verify
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/policies/
        1333 11 33++  POST /api/v1/datasources/{datasourceId}/policies/
        1333 11 33++  DELETE /api/v1/datasources/{datasourceId}/policies/{policyId}
        1333 11 33++  PATCH /api/v1/datasources/{datasourceId}/policies/{policyId}
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/restore-check
        1333 11 33++  PUT /api/v1/datasources/{datasourceId}/restore-check
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/restore-check-history
        1+++ 11 3+++  GET /api/v1/datasources/{datasourceId}/restores
        1333 11 33++  DELETE /api/v1/datasources/{id}
        1+++ 11 3+++  GET /api/v1/datasources/{id}
        1333 11 33++  PATCH /api/v1/datasources/{id}
        1333 11 33++  PUT /api/v1/datasources/{id}/credentials
        1333 11 33++  POST /api/v1/datasources/{id}/verify
        1+++ 11 3+++  GET /api/v1/notifications/settings
        1333 11 33++  PUT /api/v1/notifications/settings
        1333 11 33++  POST /api/v1/notifications/test
        1333 11 33++  POST /api/v1/restores
        1333 11 33++  POST /api/v1/restores/batch/
        1+++ 11 3+++  GET /api/v1/restores/batch/{id}
        1333 11 33++  POST /api/v1/restores/batch/{id}/cancel
        1333 11 33++  POST /api/v1/restores/target-probe
        1+++ 11 3+++  GET /api/v1/restores/{id}
        1333 11 33++  POST /api/v1/restores/{id}/cancel
        1333 11 33++  POST /api/v1/restores/{id}/drop-kept
        1+++ 11 3+++  GET /api/v1/restores/{id}/logs.presign
        1333 11 33++  POST /api/v1/restores/{id}/undo
        1+++ 11 3+++  GET /api/v1/storage-destinations/
        1333 11 33++  POST /api/v1/storage-destinations/
        1333 11 33++  POST /api/v1/storage-destinations/managed/ensure
        1333 11 33++  DELETE /api/v1/storage-destinations/{id}
        1+++ 11 3+++  GET /api/v1/storage-destinations/{id}
        1333 11 33++  PATCH /api/v1/storage-destinations/{id}
        1333 11 33++  POST /api/v1/storage-destinations/{id}/verify
        133+ 11 333+  GET /api/v1/tokens/
        1333 11 333+  POST /api/v1/tokens/
        1333 11 333+  DELETE /api/v1/tokens/{id}
        133+ 11 333+  GET /api/v1/users/
        1333 11 333+  POST /api/v1/users/
        133+ 11 333+  GET /api/v1/users/{id}
        1333 11 333+  PATCH /api/v1/users/{id}
        133+ 11 333+  GET /api/v1/users/{userId}/sessions/
        1333 11 333+  DELETE /api/v1/users/{userId}/sessions/
        1333 11 333+  DELETE /api/v1/users/{userId}/sessions/{sessionId}
        """;
}
