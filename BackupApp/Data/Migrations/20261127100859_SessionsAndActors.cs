using System;
using System.Net;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class SessionsAndActors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "created_by_id",
                table: "api_tokens",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "audit_actors",
                columns: table => new
                {
                    type = table.Column<string>(type: "text", nullable: false),
                    actor_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_actors", x => new { x.type, x.actor_id, x.name });
                });

            migrationBuilder.CreateTable(
                name: "user_sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    ticket_cipher = table.Column<byte[]>(type: "bytea", nullable: false),
                    security_stamp = table.Column<string>(type: "text", nullable: false),
                    signed_in_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ip = table.Column<IPAddress>(type: "inet", nullable: true),
                    user_agent = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_sessions", x => x.id);
                    table.ForeignKey(
                        name: "fk_user_sessions_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_log_actor_id_created_at_id",
                table: "audit_log",
                columns: new[] { "actor_id", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_audit_log_actor_name_created_at_id",
                table: "audit_log",
                columns: new[] { "actor_name", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_api_tokens_created_by_id",
                table: "api_tokens",
                column: "created_by_id");

            migrationBuilder.CreateIndex(
                name: "ix_user_sessions_key_hash",
                table: "user_sessions",
                column: "key_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_user_sessions_user_id",
                table: "user_sessions",
                column: "user_id");

            migrationBuilder.AddForeignKey(
                name: "fk_api_tokens_api_tokens_created_by_id",
                table: "api_tokens",
                column: "created_by_id",
                principalTable: "api_tokens",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.Sql("""
                insert into audit_actors (type, actor_id, name, last_at)
                    select actor_type, coalesce(actor_id, '00000000-0000-0000-0000-000000000000'), actor_name, max(created_at) from audit_log where actor_name is not null group by 1, 2, 3;
                create function audit_log_lists_actor() returns trigger language plpgsql as $$
                declare
                    who uuid := coalesce(new.actor_id, '00000000-0000-0000-0000-000000000000');
                begin
                    -- A look first: an update would make everything that one actor does at once wait for each other.
                    if new.actor_name is not null and not exists (
                        select from audit_actors a
                        where a.type = new.actor_type and a.actor_id = who and a.name = new.actor_name and a.last_at > new.created_at - interval '1 hour') then
                        insert into audit_actors (type, actor_id, name, last_at) values (new.actor_type, who, new.actor_name, new.created_at)
                            on conflict (type, actor_id, name) do update set last_at = greatest(audit_actors.last_at, excluded.last_at);
                    end if;
                    return null;
                end $$;
                create trigger audit_log_lists_actor after insert on audit_log
                    for each row execute function audit_log_lists_actor();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop trigger audit_log_lists_actor on audit_log; drop function audit_log_lists_actor();");

            migrationBuilder.DropForeignKey(
                name: "fk_api_tokens_api_tokens_created_by_id",
                table: "api_tokens");

            migrationBuilder.DropTable(
                name: "audit_actors");

            migrationBuilder.DropTable(
                name: "user_sessions");

            migrationBuilder.DropIndex(
                name: "ix_audit_log_actor_id_created_at_id",
                table: "audit_log");

            migrationBuilder.DropIndex(
                name: "ix_audit_log_actor_name_created_at_id",
                table: "audit_log");

            migrationBuilder.DropIndex(
                name: "ix_api_tokens_created_by_id",
                table: "api_tokens");

            migrationBuilder.DropColumn(
                name: "created_by_id",
                table: "api_tokens");
        }
    }
}
