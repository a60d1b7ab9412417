//! What was measured, and what it should be.

/// The median, and the spread without the outermost tenths.
pub struct Measured {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Measured {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let edge = values.len() / 10;
        Self { median: values[values.len() / 2], least: values[edge], most: values[values.len() - 1 - edge] }
    }

    pub fn divided_by(self, unit: f64) -> Self {
        Self { median: self.median / unit, least: self.least / unit, most: self.most / unit }
    }
}

#[derive(Clone, Copy)]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Only to be known.
    None,
}

/// A line of a table.
pub struct Row {
    pub figure: String,
    pub measured: Measured,
    pub target: Target,
    /// Shown behind the point, and compared as shown.
    pub digits: usize,
}

impl Row {
    pub fn at_most(figure: impl Into<String>, measured: Measured, target: f64) -> Self {
        Self { figure: figure.into(), measured, target: Target::AtMost(target), digits: 2 }
    }

    pub fn at_least(figure: impl Into<String>, measured: Measured, target: f64) -> Self {
        Self { target: Target::AtLeast(target), ..Self::at_most(figure, measured, target) }
    }

    pub fn without_target(figure: impl Into<String>, measured: Measured) -> Self {
        Self { figure: figure.into(), measured, target: Target::None, digits: 2 }
    }

    pub fn digits(self, digits: usize) -> Self {
        Self { digits, ..self }
    }

    pub fn holds(&self) -> bool {
        let shown = |value: f64| (value * 10f64.powi(self.digits as i32)).round();
        match self.target {
            Target::AtMost(most) => shown(self.measured.median) <= shown(most),
            Target::AtLeast(least) => shown(self.measured.median) >= shown(least),
            Target::None => true,
        }
    }
}
