//! Recipes: the one that an argument names, and the list of the vendor's methods.

use std::io::{self, IsTerminal as _};

use clap::Args;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use imza::haso::{self, METHODS, Recipe};
use imza_audit::Keys;

use crate::failure::{Failure, Outcome};
use crate::near::near;
use crate::output;

/// Which values a token is made of, and how strictly fields are taken.
#[derive(Args)]
#[group(skip)]
pub(crate) struct RecipeOptions {
    /// Name or path of a documented method, or a recipe in the vendor's notation
    ///
    /// A name is SetPreDefinedLimit, a path /RequestV2/SetPreDefinedLimit: `imza haso recipes` lists them. The
    /// notation is the very line that the vendor's page of a method prints: names joined by `+`, the salt among them.
    #[arg(long, value_name = "NAME|SUM")]
    recipe: String,
    /// Take lengths, amounts and addresses as they are
    #[arg(long)]
    no_field_checks: bool,
    /// Take and ignore fields that the recipe does not have; a misspelt optional field then goes unnoticed
    #[arg(long)]
    ignore_other_fields: bool,
}

impl RecipeOptions {
    /// The recipe; a keys file's own come before the documented ones.
    pub(crate) fn recipe(&self, keys: Option<&Keys>) -> Result<Recipe, Failure> {
        let mut recipe = match keys.and_then(|keys| keys.recipe(&self.recipe)) {
            Some(recipe) => recipe.clone(),
            None => find(&self.recipe)?,
        };
        if self.no_field_checks {
            recipe = recipe.without_field_checks();
        }
        if self.ignore_other_fields {
            recipe = recipe.ignoring_other_fields();
        }
        Ok(recipe)
    }
}

/// The recipe that a text is or names. A sum has a `+`, or is the salt alone.
fn find(text: &str) -> Result<Recipe, Failure> {
    match Recipe::parse(text) {
        Ok(recipe) => Ok(recipe),
        Err(error) if text.contains('+') => Err(error.into()),
        Err(_) => method(text).cloned(),
    }
}

/// The documented method of a name or path.
fn method(name: &str) -> Result<&'static Recipe, Failure> {
    Recipe::find(name).map_err(|error| {
        let last = name.rsplit('/').next().unwrap_or(name);
        let near = near(last, METHODS.iter().filter_map(|recipe| recipe.name())).join(" or ");
        Failure::new(match near.as_str() {
            "" => format!("{error}; `imza haso recipes` lists the known ones"),
            near => format!("no recipe is known for {name:?}; did you mean {near}?"),
        })
    })
}

/// List the recipes of the documented methods, or show one with its weaknesses
///
/// A table on a terminal; elsewhere one line for each, its columns separated by tabs: section of the vendor's
/// pages, path, recipe, and the posted parameters that the token does not protect.
#[derive(Args)]
#[command(after_help = "\
Examples:
  imza haso recipes
  imza haso recipes SetPreDefinedLimit

  # The recipe alone, ready for --recipe.
  imza haso recipes | awk -F '\\t' '$2 ~ /SetPreDefinedLimit$/ { print $3 }'")]
pub(crate) struct Recipes {
    /// Name or path of the one method to show in full
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

impl Recipes {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        output::print(match &self.name {
            Some(name) => in_full(method(name)?),
            None if io::stdout().is_terminal() => table(),
            None => lines(),
        })?;
        Ok(Outcome::Done)
    }
}

/// The columns of the list.
fn row(recipe: &Recipe) -> [String; 4] {
    let edition = if recipe.is_store_only() { " (store)" } else { "" };
    [
        format!("{}{edition}", recipe.section().unwrap_or_default()),
        recipe.endpoint().unwrap_or_default().to_owned(),
        recipe.to_string(),
        recipe.other_parameters().join(", "),
    ]
}

fn lines() -> String {
    METHODS.iter().map(|recipe| row(recipe).join("\t") + "\n").collect()
}

fn table() -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_header([
        "section",
        "endpoint",
        "recipe",
        "not protected",
    ]);
    for recipe in METHODS {
        let [section, endpoint, recipe, other] = row(recipe);
        // Narrow enough to leave the recipe some room.
        let endpoint = endpoint.rsplit_once('/').map_or(endpoint.clone(), |(path, name)| format!("{path}\n/{name}"));
        table.add_row([section.replace(' ', "\n"), endpoint, recipe, other]);
    }
    // Names stay in one piece; the other columns wrap.
    table.column_iter_mut().take(2).for_each(|column| {
        column.set_constraint(ColumnConstraint::ContentWidth);
    });
    format!("{table}\n")
}

/// Everything that is to be known of a method (HASO-12).
fn in_full(recipe: &Recipe) -> String {
    let edition = if recipe.is_store_only() { ", in-store edition only" } else { "" };
    let fields = recipe.fields().map(|field| {
        let required = if field.is_required() { "required" } else { "optional" };
        format!("  {}: {required}{}\n", field.name(), shape(field.shape()))
    });
    let weaknesses = recipe.weaknesses().into_iter().map(|weakness| format!("  - {weakness}\n"));
    format!(
        "{} (section {}{edition})\n{recipe}\n\nFields:\n{}\nWhat a token does not protect against:\n{}",
        recipe.endpoint().unwrap_or_default(),
        recipe.section().unwrap_or_default(),
        fields.collect::<String>(),
        weaknesses.collect::<String>(),
    )
}

/// What a value must look like (HASO-7, HASO-8, HASO-10).
fn shape(shape: haso::Shape) -> String {
    match shape {
        haso::Shape::TextUpTo(most) => format!(", at most {most} characters"),
        haso::Shape::Amount => ", whole kuruş, digits only".to_owned(),
        haso::Shape::Date => ", a date; yyyy-MM-dd enters the message".to_owned(),
        haso::Shape::IpAddress => ", an IPv4 or IPv6 address".to_owned(),
        _ => String::new(),
    }
}
