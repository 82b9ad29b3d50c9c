//! What is remembered of a site does not depend on the order in which its pages come.
