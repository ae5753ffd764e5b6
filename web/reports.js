import "./styles/desk/reports.css";
