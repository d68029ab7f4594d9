/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>

#include "muri-graph-csv.h"
#include "muri-graph-export.h"

#define S G_TIME_SPAN_SECOND
#define START (G_GINT64_CONSTANT (1742500000) * S)

static MuriGraphPicture *
make_picture (guint n_curves)
{
  MuriGraphPicture *picture = muri_graph_picture_new ("CPU, all", MURI_UNIT_SHARE);

  g_time_zone_unref (picture->zone);
  picture->zone = g_time_zone_new_identifier ("Asia/Seoul");
  picture->from = START;
  picture->to = START + 30 * S;
  for (guint i = 0; i < n_curves; i++)
    {
      g_autofree char *name = g_strdup_printf ("web-%u \"x\"", i);
      const MuriGraphPoint points[] = {
        { START - 10 * S, 0.1f, 0.1f, 0.1f },
        { START, 0.1f, 0.25f, 0.5f },
        { START + 10 * S, NAN, NAN, NAN },
        { START + 20 * S, 0.3f, 0.3f, 0.3f },
      };
      g_autoptr (MuriGraphTrace) trace = muri_graph_trace_new (10 * S, 15 * S, points, 4);

      muri_graph_picture_add_curve (picture, name, trace);
    }
  muri_graph_picture_complete (picture);
  return picture;
}

static void
test_csv (void)
{
  g_autoptr (MuriGraphPicture) picture = make_picture (1);
  g_autofree char *csv = muri_graph_csv_new (picture);

  g_assert_cmpstr (csv, ==,
                   "time,\"CPU, all web-0 \"\"x\"\" average (share)\","
                   "\"CPU, all web-0 \"\"x\"\" min (share)\","
                   "\"CPU, all web-0 \"\"x\"\" max (share)\"\r\n"
                   "2025-03-21T04:46:40+09:00,0.25,0.1,0.5\r\n"
                   "2025-03-21T04:46:50+09:00,,,\r\n"
                   "2025-03-21T04:47:00+09:00,0.3,0.3,0.3\r\n");
}

static void
assert_begins (GBytes *bytes, const char *magic)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpuint (size, >, 1000);
  g_assert_cmpmem (data, strlen (magic), magic, strlen (magic));
}

static void
test_pictures (void)
{
  static const char *const magic[] = { "\211PNG\r\n", "<?xml", "%PDF-" };
  g_autoptr (MuriGraphPicture) picture = make_picture (8);

  for (MuriGraphFormat format = MURI_GRAPH_PNG; format <= MURI_GRAPH_PDF; format++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = muri_graph_export (picture, format, 640, 320, &error);

      g_assert_no_error (error);
      assert_begins (bytes, magic[format]);
    }
}

static void
keep (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static GAsyncResult *
export_to (const char *path, MuriGraphFormat format)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GAsyncResult *result = NULL;

  muri_graph_export_async (make_picture (2), format, 640, 320, file, NULL, keep, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static void
test_files (void)
{
  g_autofree char *directory = g_dir_make_tmp ("muri-export-XXXXXX", NULL);

  for (MuriGraphFormat format = 0; format < MURI_GRAPH_N_FORMATS; format++)
    {
      g_autofree char *path =
          g_strdup_printf ("%s/graph.%s", directory, muri_graph_format_to_name (format));
      g_autoptr (GAsyncResult) result = export_to (path, format);
      g_autoptr (GError) error = NULL;
      GStatBuf info;

      g_assert_true (muri_graph_export_finish (result, &error));
      g_assert_no_error (error);
      g_assert_cmpint (g_stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_size, >, 100);
      g_unlink (path);
    }
  g_rmdir (directory);
}

static void
test_no_such_folder (void)
{
  g_autoptr (GAsyncResult) result = export_to ("/nowhere/at/all.png", MURI_GRAPH_PNG);
  g_autoptr (GError) error = NULL;

  g_assert_false (muri_graph_export_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_formats (void)
{
  MuriGraphFormat format = 0;

  g_assert_true (muri_graph_format_from_name ("pdf", &format));
  g_assert_cmpint (format, ==, MURI_GRAPH_PDF);
  g_assert_false (muri_graph_format_from_name ("exe", &format));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph-export/csv", test_csv);
  g_test_add_func ("/graph-export/pictures", test_pictures);
  g_test_add_func ("/graph-export/files", test_files);
  g_test_add_func ("/graph-export/no-such-folder", test_no_such_folder);
  g_test_add_func ("/graph-export/formats", test_formats);
  return g_test_run ();
}
