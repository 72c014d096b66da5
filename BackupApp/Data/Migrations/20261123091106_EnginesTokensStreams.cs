using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class EnginesTokensStreams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_destination_id",
                table: "backup_jobs");

            migrationBuilder.AddColumn<int>(
                name: "max_parts",
                table: "storage_destinations",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "active_since",
                table: "data_sources",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.AddColumn<string>(
                name: "other_hosts",
                table: "data_sources",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "selection",
                table: "data_sources",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<bool>(
                name: "srv",
                table: "data_sources",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "compression_threads",
                table: "backup_policies",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "rate_limit",
                table: "backup_policies",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "compression_threads",
                table: "backup_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "expected_stored_bytes",
                table: "backup_jobs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_waiting_for_memory",
                table: "backup_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "only_hidden",
                table: "backup_jobs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "rate_limit",
                table: "backup_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "bytes_read",
                table: "backup_artifacts",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_code",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_stage",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "error_summary",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "kind",
                table: "backup_artifacts",
                type: "text",
                nullable: false,
                defaultValue: "database");

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "position",
                table: "backup_artifacts",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "status",
                table: "backup_artifacts",
                type: "text",
                nullable: false,
                defaultValue: "success");

            migrationBuilder.AddColumn<string>(
                name: "tool_version",
                table: "backup_artifacts",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "api_tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    public_id = table.Column<string>(type: "character varying(12)", maxLength: 12, nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    data_source_ids = table.Column<Guid[]>(type: "uuid[]", nullable: true),
                    owner_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_tokens", x => x.id);
                    table.ForeignKey(
                        name: "fk_api_tokens_users_owner_id",
                        column: x => x.owner_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "destination_looks",
                columns: table => new
                {
                    destination_id = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    objects = table.Column<long>(type: "bigint", nullable: false),
                    unknown = table.Column<long>(type: "bigint", nullable: false),
                    unknown_bytes = table.Column<long>(type: "bigint", nullable: false),
                    unknown_uploads = table.Column<long>(type: "bigint", nullable: false),
                    examples = table.Column<string>(type: "jsonb", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_destination_looks", x => x.destination_id);
                    table.ForeignKey(
                        name: "fk_destination_looks_storage_destinations_destination_id",
                        column: x => x.destination_id,
                        principalTable: "storage_destinations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "idempotent_requests",
                columns: table => new
                {
                    actor = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    answer_cipher = table.Column<byte[]>(type: "bytea", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotent_requests", x => new { x.actor, x.key });
                });

            migrationBuilder.CreateTable(
                name: "invitations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    normalized_email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    invited_by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    invited_by = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invitations", x => x.id);
                    table.ForeignKey(
                        name: "fk_invitations_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_destination_id_created_at_id",
                table: "backup_jobs",
                columns: new[] { "destination_id", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_policy_id_created_at_id",
                table: "backup_jobs",
                columns: new[] { "policy_id", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "policy_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_status_created_at_id",
                table: "backup_jobs",
                columns: new[] { "status", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "status <> 'success'");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_stored",
                table: "backup_jobs",
                column: "destination_id",
                filter: "deleted_at is null and status in ('success', 'partial')");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_trigger_created_at_id",
                table: "backup_jobs",
                columns: new[] { "trigger", "created_at", "id" },
                descending: new[] { false, true, true },
                filter: "trigger = 'manual'");

            migrationBuilder.CreateIndex(
                name: "ix_audit_log_action_created_at_id",
                table: "audit_log",
                columns: new[] { "action", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_owner_id",
                table: "api_tokens",
                column: "owner_id");

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_public_id",
                table: "api_tokens",
                column: "public_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_idempotent_requests_created_at",
                table: "idempotent_requests",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_normalized_email",
                table: "invitations",
                column: "normalized_email",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invitations_token_hash",
                table: "invitations",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_invitations_user_id",
                table: "invitations",
                column: "user_id");

            // What earlier versions knew of the job only.
            migrationBuilder.Sql(
                """
                update backup_artifacts artifact
                set status = case when artifact.stored_at is not null then 'success' when job.status in ('queued', 'running') then 'running' when job.status = 'canceled' then 'canceled' else 'failed' end,
                    tool_version = job.tool_version, bytes_read = job.bytes_read,
                    error_code = job.error_code, error_stage = job.error_stage, error_summary = job.error_summary
                from backup_jobs job where job.id = artifact.job_id
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_tokens");

            migrationBuilder.DropTable(
                name: "destination_looks");

            migrationBuilder.DropTable(
                name: "idempotent_requests");

            migrationBuilder.DropTable(
                name: "invitations");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_destination_id_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_policy_id_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_status_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_stored",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_backup_jobs_trigger_created_at_id",
                table: "backup_jobs");

            migrationBuilder.DropIndex(
                name: "ix_audit_log_action_created_at_id",
                table: "audit_log");

            migrationBuilder.DropColumn(
                name: "max_parts",
                table: "storage_destinations");

            migrationBuilder.DropColumn(
                name: "active_since",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "other_hosts",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "selection",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "srv",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "compression_threads",
                table: "backup_policies");

            migrationBuilder.DropColumn(
                name: "rate_limit",
                table: "backup_policies");

            migrationBuilder.DropColumn(
                name: "compression_threads",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "expected_stored_bytes",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "is_waiting_for_memory",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "only_hidden",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "rate_limit",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "bytes_read",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "error_code",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "error_stage",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "error_summary",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "kind",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "note",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "position",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "status",
                table: "backup_artifacts");

            migrationBuilder.DropColumn(
                name: "tool_version",
                table: "backup_artifacts");

            migrationBuilder.CreateIndex(
                name: "ix_backup_jobs_destination_id",
                table: "backup_jobs",
                column: "destination_id");
        }
    }
}
