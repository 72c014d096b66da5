using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Contents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "step_name",
                table: "backup_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "step_number",
                table: "backup_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "step_total",
                table: "backup_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "step_name",
                table: "restore_jobs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "step_number",
                table: "restore_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "step_total",
                table: "restore_jobs",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "content_warnings",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    artifact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    baseline_id = table.Column<Guid>(type: "uuid", nullable: false),
                    rule = table.Column<string>(type: "text", nullable: false),
                    schema = table.Column<string>(type: "text", nullable: false),
                    table = table.Column<string>(type: "text", nullable: false),
                    before = table.Column<long>(type: "bigint", nullable: false),
                    after = table.Column<long>(type: "bigint", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    silenced_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    silenced_by = table.Column<string>(type: "text", nullable: true),
                    silenced_why = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_content_warnings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "inventory_shapes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    body = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inventory_shapes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "warning_rules",
                columns: table => new
                {
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    lost_tables = table.Column<bool>(type: "boolean", nullable: false),
                    rows_fall_percent = table.Column<int>(type: "integer", nullable: false),
                    bytes_fall_percent = table.Column<int>(type: "integer", nullable: false),
                    table_rows_fall_percent = table.Column<int>(type: "integer", nullable: false),
                    smallest_rows = table.Column<int>(type: "integer", nullable: false),
                    extensions = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_warning_rules", x => x.data_source_id);
                });

            migrationBuilder.CreateTable(
                name: "artifact_inventories",
                columns: table => new
                {
                    artifact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    part = table.Column<string>(type: "text", nullable: false),
                    taken_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    not_read = table.Column<string>(type: "text", nullable: true),
                    shape_id = table.Column<Guid>(type: "uuid", nullable: true),
                    figures = table.Column<byte[]>(type: "bytea", nullable: true),
                    tables = table.Column<int>(type: "integer", nullable: false),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    large_objects = table.Column<long>(type: "bigint", nullable: false),
                    large_object_bytes = table.Column<long>(type: "bigint", nullable: true),
                    other_tables = table.Column<int>(type: "integer", nullable: false),
                    other_rows = table.Column<long>(type: "bigint", nullable: false),
                    other_bytes = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: true),
                    changed = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_artifact_inventories", x => x.artifact_id);
                    table.ForeignKey(
                        name: "fk_artifact_inventories_inventory_shapes_shape_id",
                        column: x => x.shape_id,
                        principalTable: "inventory_shapes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_artifact_inventories_data_source_id_part_taken_at",
                table: "artifact_inventories",
                columns: new[] { "data_source_id", "part", "taken_at" },
                descending: new[] { false, false, true });

            migrationBuilder.CreateIndex(
                name: "ix_artifact_inventories_data_source_id_taken_at",
                table: "artifact_inventories",
                columns: new[] { "data_source_id", "taken_at" },
                descending: new[] { false, true });

            migrationBuilder.CreateIndex(
                name: "ix_artifact_inventories_job_id",
                table: "artifact_inventories",
                column: "job_id");

            migrationBuilder.CreateIndex(
                name: "ix_artifact_inventories_shape_id",
                table: "artifact_inventories",
                column: "shape_id",
                filter: "shape_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_content_warnings_artifact_id",
                table: "content_warnings",
                column: "artifact_id",
                filter: "silenced_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_content_warnings_baseline_id",
                table: "content_warnings",
                column: "baseline_id",
                filter: "silenced_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_content_warnings_job_id",
                table: "content_warnings",
                column: "job_id");

            migrationBuilder.CreateIndex(
                name: "ix_inventory_shapes_data_source_id_hash",
                table: "inventory_shapes",
                columns: new[] { "data_source_id", "hash" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "artifact_inventories");

            migrationBuilder.DropTable(
                name: "content_warnings");

            migrationBuilder.DropTable(
                name: "warning_rules");

            migrationBuilder.DropTable(
                name: "inventory_shapes");

            migrationBuilder.DropColumn(
                name: "step_name",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "step_number",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "step_total",
                table: "restore_jobs");

            migrationBuilder.DropColumn(
                name: "step_name",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "step_number",
                table: "backup_jobs");

            migrationBuilder.DropColumn(
                name: "step_total",
                table: "backup_jobs");
        }
    }
}
