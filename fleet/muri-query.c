/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-query.h"

#include "muri-ascii.h"
#include "muri-query-keys.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef enum
{
  ANYWHERE, /* a word without a key */
  IS,
  CONTAINS,
  LESS,
  LESS_OR_EQUAL,
  EQUAL,
  GREATER_OR_EQUAL,
  GREATER,
} Comparison;

typedef struct
{
  gboolean negated;
  const MuriQueryKey *key; /* NULL: anywhere */
  Comparison comparison;
  char *text; /* folded, for text */
  GPatternSpec *pattern;
  double number;
  guint words; /* bit mask of the key's words */
} Term;

struct _MuriQuery
{
  gatomicrefcount references;
  GArray *terms;
};

G_DEFINE_QUARK (muri - query - error - quark, muri_query_error)

/* ---- reading ----------------------------------------------------------------------------------
 */

static void
term_clear (gpointer data)
{
  Term *term = data;

  g_free (term->text);
  g_clear_pointer (&term->pattern, g_pattern_spec_free);
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal != NULL ? normal : "", -1);
}

/* Reads one term up to a space outside of quotes; removes the quotes. Where they began is kept,
 * so that a quoted sign is no operator. */
static char *
next_word (const char **cursor, gsize *quoted, GError **error)
{
  GString *word = g_string_new (NULL);
  gboolean inside = FALSE;
  const char *p = *cursor;

  *quoted = G_MAXSIZE;
  for (; *p != '\0' && (inside || !g_ascii_isspace (*p)); p++)
    {
      if (*p == '"')
        {
          inside = !inside;
          *quoted = MIN (*quoted, word->len);
        }
      else
        g_string_append_c (word, *p);
    }
  *cursor = p;

  if (inside)
    {
      g_set_error_literal (error, MURI_QUERY_ERROR, MURI_QUERY_ERROR_QUOTE,
                           _ ("A quotation mark is not closed"));
      g_string_free (word, TRUE);
      return NULL;
    }
  return g_string_free (word, FALSE);
}

static gsize
read_operator (const char *word, gsize *length, Comparison *comparison)
{
  static const struct
  {
    const char *sign;
    Comparison comparison;
  } signs[] = { { "<=", LESS_OR_EQUAL }, { ">=", GREATER_OR_EQUAL },
                { "<", LESS },           { ">", GREATER },
                { "=", EQUAL },          { ":", IS },
                { "~", CONTAINS } };
  gsize at = strcspn (word, "<>=:~");

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (g_str_has_prefix (word + at, signs[i].sign))
      {
        *length = strlen (signs[i].sign);
        *comparison = signs[i].comparison;
        return at;
      }
  return G_MAXSIZE;
}

static double
suffix_factor (MuriQueryUnit unit, const char *suffix)
{
  double base = unit == MURI_QUERY_BYTES ? 1024 : 1000;
  const char *letters = "kmgt";
  const char *letter;

  if (unit == MURI_QUERY_PERCENT)
    return *suffix == '\0' || g_str_equal (suffix, "%") ? 0.01 : NAN;
  if (unit == MURI_QUERY_MILLI)
    return *suffix == '\0' || g_str_equal (suffix, "ms") ? 0.001
           : g_str_equal (suffix, "s")                   ? 1
                                                         : NAN;
  if (*suffix == '\0')
    return 1;
  letter = unit == MURI_QUERY_PLAIN ? NULL : strchr (letters, g_ascii_tolower (*suffix));
  if (letter == NULL)
    return NAN;
  suffix++;
  if (*suffix != '\0' && g_ascii_strcasecmp (suffix, "b") != 0
      && g_ascii_strcasecmp (suffix, "ib") != 0)
    return NAN;
  return pow (base, (double)(letter - letters + 1));
}

static gboolean
read_number (Term *term, const char *value, GError **error)
{
  char *end = NULL;
  double number = g_ascii_strtod (value, &end);

  term->number = end == value ? NAN : number * suffix_factor (term->key->unit, end);
  if (isfinite (term->number))
    return TRUE;

  g_set_error (
      error, MURI_QUERY_ERROR, MURI_QUERY_ERROR_VALUE,
      term->key->unit == MURI_QUERY_PERCENT ? _ ("“%s” is compared with a percentage: %s>80")
      : term->key->unit == MURI_QUERY_BYTES ? _ ("“%s” is compared with a size: %s>4G")
      : term->key->unit == MURI_QUERY_RATE  ? _ ("“%s” is compared with bytes a second: %s>10M")
      : term->key->unit == MURI_QUERY_MILLI ? _ ("“%s” is compared with a time: %s>20ms")
                                            : _ ("“%s” is compared with a number: %s=4"),
      term->key->name, term->key->name);
  return FALSE;
}

static gboolean
read_words (Term *term, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint index = 0;

      while (term->key->words[index] != NULL
             && g_ascii_strcasecmp (term->key->words[index], parts[i]) != 0)
        index++;
      if (term->key->words[index] == NULL)
        {
          g_autofree char *known = g_strjoinv (", ", (char **)term->key->words);

          g_set_error (error, MURI_QUERY_ERROR, MURI_QUERY_ERROR_VALUE, _ ("“%s” is not one of %s"),
                       parts[i], known);
          return FALSE;
        }
      term->words |= 1u << index;
    }
  return TRUE;
}

static gboolean
operator_fits (const MuriQueryKey *key, Comparison comparison)
{
  switch (key->kind)
    {
    case MURI_QUERY_TEXT:
      return comparison == IS || comparison == CONTAINS || comparison == EQUAL;
    case MURI_QUERY_WORD:
      return comparison == IS || comparison == EQUAL;
    case MURI_QUERY_NUMBER:
    default:
      return comparison != CONTAINS;
    }
}

static gboolean
read_value (Term *term, const char *value, GError **error)
{
  if (*value == '\0')
    {
      g_set_error (error, MURI_QUERY_ERROR, MURI_QUERY_ERROR_VALUE, _ ("“%s” needs a value"),
                   term->key->name);
      return FALSE;
    }
  if (!operator_fits (term->key, term->comparison))
    {
      g_set_error (error, MURI_QUERY_ERROR, MURI_QUERY_ERROR_OPERATOR,
                   term->key->kind == MURI_QUERY_NUMBER
                       ? _ ("“%s” is a number: compare it with <, <=, =, >= or >")
                       : _ ("“%s” is not a number: write %s:value"),
                   term->key->name, term->key->name);
      return FALSE;
    }

  if (term->key->kind == MURI_QUERY_NUMBER)
    return read_number (term, value, error);
  if (term->key->kind == MURI_QUERY_WORD)
    return read_words (term, value, error);

  term->text = fold (value);
  if (term->comparison != CONTAINS)
    term->pattern = g_pattern_spec_new (term->text);
  return TRUE;
}

static gboolean
read_term (Term *term, const char *word, gsize quoted, GError **error)
{
  gsize length = 0;
  gsize at;

  if (word[0] == '-' && word[1] != '\0' && quoted > 0)
    {
      term->negated = TRUE;
      word++;
      quoted -= quoted == G_MAXSIZE ? 0 : 1;
    }

  at = read_operator (word, &length, &term->comparison);
  if (at == G_MAXSIZE || at >= quoted || at == 0)
    {
      term->comparison = ANYWHERE;
      term->text = fold (word);
      return TRUE;
    }

  term->key = muri_query_find_key (word, at);
  if (term->key == NULL)
    {
      g_set_error (error, MURI_QUERY_ERROR, MURI_QUERY_ERROR_KEY,
                   _ ("“%.*s” cannot be searched for"), (int)at, word);
      return FALSE;
    }
  return read_value (term, word + at + length, error);
}

/**
 * muri_query_parse:
 * @text: what was written, UTF-8
 * @position: (out) (optional): where in @text the first wrong term begins, in bytes
 * @error: a sentence that says what is wrong and what would be right
 *
 * Returns: (transfer full): the query, or %NULL with @error set
 */
MuriQuery *
muri_query_parse (const char *text, guint *position, GError **error)
{
  g_autoptr (MuriQuery) query = g_new0 (MuriQuery, 1);
  const char *cursor = text;

  g_atomic_ref_count_init (&query->references);
  query->terms = g_array_new (FALSE, TRUE, sizeof (Term));
  g_array_set_clear_func (query->terms, term_clear);

  while (TRUE)
    {
      g_autofree char *word = NULL;
      Term term = { 0 };
      gsize quoted;

      while (g_ascii_isspace (*cursor))
        cursor++;
      if (*cursor == '\0')
        return g_steal_pointer (&query);

      if (position != NULL)
        *position = (guint)(cursor - text);
      word = next_word (&cursor, &quoted, error);
      if (word == NULL)
        return NULL;
      if (!read_term (&term, word, quoted, error))
        {
          term_clear (&term);
          return NULL;
        }
      g_array_append_val (query->terms, term);
    }
}

/**
 * muri_query_ref:
 * @query: a query
 *
 * Returns: (transfer full): @query
 */
MuriQuery *
muri_query_ref (MuriQuery *query)
{
  g_atomic_ref_count_inc (&query->references);
  return query;
}

/**
 * muri_query_unref:
 * @query: (transfer full): a query
 */
void
muri_query_unref (MuriQuery *query)
{
  if (!g_atomic_ref_count_dec (&query->references))
    return;

  g_array_unref (query->terms);
  g_free (query);
}

/* ---- matching -----------------------------------------------------------------------------------
 */

/* Nearly all names are ASCII, and a key press asks for the names of twenty thousand: no copy. */
static gboolean
contains (const char *haystack, const char *needle)
{
  g_autofree char *folded = NULL;
  gboolean found;

  if (haystack == NULL)
    return FALSE;
  if (muri_ascii_contains (haystack, needle, &found))
    return found;
  folded = fold (haystack);
  return strstr (folded, needle) != NULL;
}

static gboolean
matches_anywhere (const Term *term, MuriVm *vm)
{
  return contains (muri_vm_get_name (vm), term->text)
         || contains (muri_vm_get_facts (vm)->title, term->text)
         || contains (muri_vm_get_address (vm), term->text)
         || contains (muri_node_get_name (muri_vm_get_node (vm)), term->text);
}

static gboolean
test_text (const char *text, gpointer data)
{
  const Term *term = data;
  g_autofree char *folded = NULL;

  if (term->comparison == CONTAINS)
    return contains (text, term->text);
  folded = fold (text);
  return g_pattern_spec_match_string (term->pattern, folded);
}

static gboolean
matches_text (const Term *term, MuriVm *vm)
{
  const char *text;

  if (term->key->any != NULL)
    return term->key->any (vm, test_text, (gpointer)term);
  text = term->key->text (vm);
  return test_text (text != NULL ? text : "", (gpointer)term);
}

static gboolean
matches_words (const Term *term, MuriVm *vm)
{
  for (guint i = 0; term->key->words[i] != NULL; i++)
    if ((term->words & 1u << i) != 0 && term->key->word (vm, i))
      return TRUE;
  return FALSE;
}

static gboolean
matches_number (const Term *term, MuriVm *vm)
{
  double value = term->key->number (vm);

  /* Comparisons with NaN, the unknown, are false of themselves. */
  switch (term->comparison)
    {
    case LESS:
      return value < term->number;
    case LESS_OR_EQUAL:
      return value <= term->number;
    case GREATER_OR_EQUAL:
      return value >= term->number;
    case GREATER:
      return value > term->number;
    default:
      return fabs (value - term->number) <= 1e-9 * fabs (term->number);
    }
}

static gboolean
matches (const Term *term, MuriVm *vm)
{
  if (term->key == NULL)
    return matches_anywhere (term, vm);
  if (term->key->kind == MURI_QUERY_TEXT)
    return matches_text (term, vm);
  if (term->key->kind == MURI_QUERY_WORD)
    return matches_words (term, vm);
  return matches_number (term, vm);
}

static gboolean
is_figure (const Term *term)
{
  return term->key != NULL && term->key->figure;
}

static gboolean
matches_part (MuriQuery *query, MuriVm *vm, gboolean figures)
{
  for (guint i = 0; i < query->terms->len; i++)
    {
      const Term *term = &g_array_index (query->terms, Term, i);

      if (is_figure (term) == figures && matches (term, vm) == term->negated)
        return FALSE;
    }
  return TRUE;
}

/**
 * muri_query_matches_facts:
 * @query: a query
 * @vm: a VM
 *
 * Returns: whether every term holds that does not look at figures
 */
gboolean
muri_query_matches_facts (MuriQuery *query, MuriVm *vm)
{
  return matches_part (query, vm, FALSE);
}

/**
 * muri_query_matches_figures:
 * @query: a query
 * @vm: a VM
 *
 * Returns: whether every term holds that looks at figures
 */
gboolean
muri_query_matches_figures (MuriQuery *query, MuriVm *vm)
{
  return matches_part (query, vm, TRUE);
}

/**
 * muri_query_matches:
 * @query: a query
 * @vm: a VM
 *
 * Returns: whether every term holds for @vm as it is known now
 */
gboolean
muri_query_matches (MuriQuery *query, MuriVm *vm)
{
  return matches_part (query, vm, FALSE) && matches_part (query, vm, TRUE);
}

/**
 * muri_query_is_empty:
 * @query: a query
 *
 * Returns: whether @query has no term, and so matches everything
 */
gboolean
muri_query_is_empty (MuriQuery *query)
{
  return query->terms->len == 0;
}

/**
 * muri_query_uses_figures:
 * @query: a query
 *
 * Returns: whether what it matches may change every second
 */
gboolean
muri_query_uses_figures (MuriQuery *query)
{
  for (guint i = 0; i < query->terms->len; i++)
    if (is_figure (&g_array_index (query->terms, Term, i)))
      return TRUE;
  return FALSE;
}

/* ---- completing
 * ---------------------------------------------------------------------------------- */

static void
complete_words (GPtrArray *found, const MuriQueryKey *key, const char *prefix, const char *begun)
{
  gsize length = strlen (begun);

  for (guint i = 0; key->words != NULL && key->words[i] != NULL; i++)
    if (g_ascii_strncasecmp (key->words[i], begun, length) == 0)
      g_ptr_array_add (found, g_strconcat (prefix, key->words[i], NULL));
}

/* "we" begins "web" and "Production/web". */
static gboolean
is_begun (const char *value, const char *begun)
{
  while (value != NULL && !g_str_has_prefix (value, begun))
    {
      value = strchr (value, '/');
      value = value != NULL ? value + 1 : NULL;
    }
  return value != NULL;
}

/* Texts that the caller knows; one with a space is quoted. */
static void
complete_values (GPtrArray *found, const char *prefix, const char *begun, char **values)
{
  g_autofree char *folded = fold (begun + (*begun == '"'));

  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      g_autofree char *value = fold (values[i]);

      if (is_begun (value, folded))
        g_ptr_array_add (found, strpbrk (values[i], " \t") != NULL
                                    ? g_strdup_printf ("%s\"%s\"", prefix, values[i])
                                    : g_strconcat (prefix, values[i], NULL));
    }
}

static void
complete_keys (GPtrArray *found, const char *prefix, const char *begun)
{
  gsize length = strlen (begun);
  guint n_keys;
  const MuriQueryKey *keys = muri_query_keys (&n_keys);

  for (guint i = 0; i < n_keys; i++)
    if (g_ascii_strncasecmp (keys[i].name, begun, length) == 0)
      g_ptr_array_add (found, g_strconcat (prefix, keys[i].name,
                                           keys[i].kind == MURI_QUERY_NUMBER ? ">" : ":", NULL));
}

/* Behind the last space before @cursor that is not quoted. */
static guint
find_start (const char *text, guint cursor)
{
  gboolean quoted = FALSE;
  guint start = 0;

  for (guint i = 0; i < cursor; i++)
    if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && g_ascii_isspace (text[i]))
      start = i + 1;
  return start;
}

/**
 * muri_query_complete:
 * @text: what was written so far
 * @cursor: where the cursor stands in it, in bytes
 * @start: (out): where the term at the cursor begins, in bytes
 *
 * As muri_query_complete_with() without texts.
 *
 * Returns: (transfer full) (array zero-terminated=1): what the term from @start to @cursor could
 *   become; empty when there is nothing to offer
 */
char **
muri_query_complete (const char *text, guint cursor, guint *start)
{
  return muri_query_complete_with (text, cursor, start, NULL, NULL);
}

/**
 * muri_query_complete_with:
 * @text: what was written so far
 * @cursor: where the cursor stands in it, in bytes
 * @start: (out): where the term at the cursor begins, in bytes
 * @values: (nullable) (scope call): gives the texts (transfer full) that there are for a key
 * @data: for @values
 *
 * Returns: (transfer full) (array zero-terminated=1): what the term from @start to @cursor could
 *   become; empty when there is nothing to offer
 */
char **
muri_query_complete_with (const char *text, guint cursor, guint *start, MuriQueryValues values,
                          gpointer data)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autofree char *term = NULL;
  const char *body, *prefix;
  gsize at;

  cursor = MIN (cursor, (guint)strlen (text));
  *start = find_start (text, cursor);
  term = g_strndup (text + *start, cursor - *start);
  body = term[0] == '-' ? term + 1 : term;
  prefix = term[0] == '-' ? "-" : "";

  at = strcspn (body, "<>=:~");
  if (body[at] == '\0')
    complete_keys (found, prefix, body);
  else
    {
      const MuriQueryKey *key = muri_query_find_key (body, at);
      const char *comma = strrchr (body, ',');
      const char *begun = comma != NULL ? comma + 1 : body + at + 1;
      g_autofree char *before = g_strndup (term, (gsize)(begun - term));
      g_auto (GStrv) known = key != NULL && values != NULL ? values (key->name, data) : NULL;

      if (key != NULL)
        complete_values (found, before, begun, known);
      if (key != NULL)
        complete_words (found, key, before, begun);
    }

  g_ptr_array_add (found, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&found), FALSE);
}
