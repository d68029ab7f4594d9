/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-draw.h"

/* Okabe and Ito (2008), jfly.uni-koeln.de/color, where a hue of theirs has 3:1 to the ground, and
 * where it has not, one that stays apart from the others for every kind of colour blindness: on
 * white, vermillion for orange, a darker purple, and dark ones for sky blue, yellow and black. */
static const guint32 hues[2][MURI_GRAPH_HUES] = {
  { 0x0072b2, 0xd55e00, 0x009e73, 0xb65f95, 0x241f31, 0xa30000, 0x12486b, 0x63452c },
  { 0x56b4e9, 0xe69f00, 0x00b587, 0xd890b8, 0xf6f5f4, 0xf66151, 0xf0e442, 0xffbe6f },
};

void
muri_graph_get_hue (guint series, gboolean dark, GdkRGBA *color)
{
  guint32 rgb = hues[dark ? 1 : 0][series % MURI_GRAPH_HUES];

  color->red = (rgb >> 16 & 0xff) / 255.0f;
  color->green = (rgb >> 8 & 0xff) / 255.0f;
  color->blue = (rgb & 0xff) / 255.0f;
  color->alpha = 1;
}

/* Eight hues are many to tell apart: the second four differ by more. */
gboolean
muri_graph_is_dashed (guint series)
{
  return series % MURI_GRAPH_HUES >= MURI_GRAPH_HUES / 2;
}

gboolean
muri_graph_is_dark (const GdkRGBA *text)
{
  return text->red * 0.3 + text->green * 0.59 + text->blue * 0.11 > 0.5;
}
