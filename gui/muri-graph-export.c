/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-export.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "muri-graph-csv.h"
#include "muri-time-words.h"

#define MARGIN 16
#define TITLE_SPACE 26
#define LEGEND_HEIGHT 18
#define LEGEND_WIDTH 150
#define SWATCH 12
#define PNG_SCALE 2

static const char *const format_names[MURI_GRAPH_N_FORMATS] = { "png", "svg", "pdf", "csv" };

const char *
muri_graph_format_to_name (MuriGraphFormat format)
{
  g_return_val_if_fail (format < MURI_GRAPH_N_FORMATS, NULL);

  return format_names[format];
}

gboolean
muri_graph_format_from_name (const char *name, MuriGraphFormat *format)
{
  for (guint i = 0; i < MURI_GRAPH_N_FORMATS; i++)
    if (g_str_equal (name, format_names[i]))
      {
        *format = i;
        return TRUE;
      }
  return FALSE;
}

/* Paper is white, whatever the screen is. */
static const MuriGraphColors paper = {
  .text = { 0, 0, 0, 1 },
  .dim = { 0, 0, 0, 0.65f },
  .rule = { 0, 0, 0, 0.15f },
  .warning = { 0.61f, 0.43f, 0.01f, 1 },
  .error = { 0.75f, 0.11f, 0.16f, 1 },
  .accent = { 0.11f, 0.44f, 0.85f, 1 },
  .dark = FALSE,
};

static void
show_text (cairo_t *cr, PangoLayout *layout, double x, double y, const char *text,
           const GdkRGBA *color)
{
  gdk_cairo_set_source_rgba (cr, color);
  pango_layout_set_text (layout, text, -1);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
}

static void
set_font (PangoLayout *layout, int size, PangoWeight weight)
{
  PangoFontDescription *font = pango_font_description_from_string ("Cantarell, Noto Sans, Sans");

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
}

static guint
legend_columns (int width)
{
  return (guint)MAX (1, (width - 2 * MARGIN) / LEGEND_WIDTH);
}

static int
legend_height (const MuriGraphPicture *picture, int width)
{
  guint columns = legend_columns (width);

  if (picture->traces->len == 1 && picture->names->pdata[0] == NULL)
    return 0;
  return (int)((picture->traces->len + columns - 1) / columns) * LEGEND_HEIGHT;
}

static void
draw_legend (MuriGraphPicture *picture, cairo_t *cr, PangoLayout *layout, int width)
{
  guint columns = legend_columns (width);

  set_font (layout, 11, PANGO_WEIGHT_NORMAL);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, (LEGEND_WIDTH - SWATCH - 16) * PANGO_SCALE);
  for (guint i = 0; i < picture->traces->len; i++)
    {
      const char *name = picture->names->pdata[i];
      double x = MARGIN + (i % columns) * LEGEND_WIDTH;
      double y = MARGIN + TITLE_SPACE + (i / columns) * LEGEND_HEIGHT;
      GdkRGBA hue;

      muri_graph_get_hue (i, FALSE, &hue);
      gdk_cairo_set_source_rgba (cr, &hue);
      cairo_set_line_width (cr, 3);
      cairo_set_dash (cr, (const double[]){ 3, 2 }, muri_graph_is_dashed (i) ? 2 : 0, 0);
      cairo_move_to (cr, x, y + 8);
      cairo_line_to (cr, x + SWATCH, y + 8);
      cairo_stroke (cr);
      show_text (cr, layout, x + SWATCH + 6, y, name ? name : "", &paper.text);
    }
  cairo_set_dash (cr, NULL, 0, 0);
  pango_layout_set_width (layout, -1);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_NONE);
}

static void
draw_sheet (MuriGraphPicture *picture, cairo_t *cr, int width, int height)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  g_autofree char *range = muri_time_words_range (picture->from, picture->to, picture->zone);
  int legend = legend_height (picture, width);
  int top = MARGIN + TITLE_SPACE + legend + (legend > 0 ? 6 : 0);
  int text_width, text_height;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  set_font (layout, 15, PANGO_WEIGHT_BOLD);
  show_text (cr, layout, MARGIN, MARGIN, picture->title, &paper.text);
  set_font (layout, 12, PANGO_WEIGHT_NORMAL);
  pango_layout_set_text (layout, range, -1);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  show_text (cr, layout, width - MARGIN - text_width, MARGIN + 2, range, &paper.dim);
  if (legend > 0)
    draw_legend (picture, cr, layout, width);
  set_font (layout, 11, PANGO_WEIGHT_NORMAL);
  cairo_translate (cr, MARGIN, top);
  muri_graph_picture_lay_out (picture, layout, width - 2 * MARGIN, height - top - MARGIN / 2);
  muri_graph_picture_draw (picture, cr, layout, &paper);
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
make_surface (MuriGraphFormat format, GByteArray *bytes, int width, int height)
{
  switch (format)
    {
    case MURI_GRAPH_SVG:
      return cairo_svg_surface_create_for_stream (append, bytes, width, height);
    case MURI_GRAPH_PDF:
      return cairo_pdf_surface_create_for_stream (append, bytes, width, height);
    case MURI_GRAPH_PNG:
    default:
      return cairo_image_surface_create (CAIRO_FORMAT_RGB24, width * PNG_SCALE, height * PNG_SCALE);
    }
}

static cairo_status_t
render (MuriGraphPicture *picture, MuriGraphFormat format, int width, int height, GByteArray *bytes)
{
  cairo_surface_t *surface = make_surface (format, bytes, width, height);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  if (format == MURI_GRAPH_PNG)
    cairo_scale (cr, PNG_SCALE, PNG_SCALE);
  draw_sheet (picture, cr, width, height);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS && format == MURI_GRAPH_PNG)
    status = cairo_surface_write_to_png_stream (surface, append, bytes);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return status;
}

GBytes *
muri_graph_export (MuriGraphPicture *picture, MuriGraphFormat format, int width, int height,
                   GError **error)
{
  GByteArray *bytes;
  cairo_status_t status;

  if (format == MURI_GRAPH_CSV)
    {
      char *csv = muri_graph_csv_new (picture);

      return g_bytes_new_take (csv, strlen (csv));
    }
  bytes = g_byte_array_new ();
  status = render (picture, format, width, height, bytes);
  if (status == CAIRO_STATUS_SUCCESS)
    return g_byte_array_free_to_bytes (bytes);
  g_byte_array_unref (bytes);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
  return NULL;
}

typedef struct
{
  MuriGraphPicture *picture;
  MuriGraphFormat format;
  int width;
  int height;
  GFile *file;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  muri_graph_picture_free (job->picture);
  g_object_unref (job->file);
  g_free (job);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes =
      muri_graph_export (job->picture, job->format, job->width, job->height, &error);
  const char *contents;
  gsize size;

  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  contents = g_bytes_get_data (bytes, &size);
  if (g_file_replace_contents (job->file, contents, size, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                               cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
muri_graph_export_async (MuriGraphPicture *picture, MuriGraphFormat format, int width, int height,
                         GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->picture = picture;
  job->format = format;
  job->width = width;
  job->height = height;
  job->file = g_object_ref (file);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run);
}

gboolean
muri_graph_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
